/** What a fork has of its ancestors, for rows of a table of chains. */
const isInherited = (row: string, shard: string, number: string, world: string): string => `EXISTS (
    SELECT FROM inherited_chains i WHERE i.world_id = ${world} AND i.layer = ${row}.layer AND i.shard = ${shard}
      AND i.of_world_id = ${row}.world_id AND ${number} BETWEEN i.from_number AND i.to_number)`

/** Whether the row `c` of commits, of a world that is known to be of the lineage, is part of the ledger of a world. */
export const isCommitOf = (world: string): string =>
  `(c.world_id = ${world} OR ${isInherited('c', 'c.shard', 'c.number', world)})`

/**
 * Which rows `c` of commits are the ledger of a world: its own, and of a fork those of its ancestors that its chains go
 * on from. For any other world it costs nothing but one look at its row.
 *
 * @param world the parameter that is its id.
 */
export const commitsOf = (world = '$1'): string =>
  `c.world_id = ANY (world_lineage(${world})) AND ${isCommitOf(world)}`

/** The same for rows `m` of manifests, whose chain has no shard. */
export const manifestsOf = (world = '$1'): string =>
  `m.world_id = ANY (world_lineage(${world}))
    AND (m.world_id = ${world} OR ${isInherited('m', "''", 'm.manifest', world)})`
