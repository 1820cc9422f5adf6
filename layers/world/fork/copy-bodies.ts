import type pg from 'pg'
import { PastExpired, reachPast } from '#retention/recall'
import { tablesOf } from '#retention/sources'
import type { StoreTarget } from '../postgres/statement.ts'
import type { ForkSource } from './find-source.ts'
import { type IdRange, inRange } from './id-ranges.ts'
import type { DefaultsOverTime } from './read-defaults.ts'

type Trait = 'mass' | 'jitter'
const ranges: Record<Trait, string> = { mass: '> 0 AND $ <= 1e18', jitter: '>= 0 AND $ <= 1e12' }

/** The trait as the parameter of its name says it, or a default, as in layers/world/body.ts. */
const traitText = (trait: Trait, otherwise: string): string => `
    CASE WHEN p.${trait} ${ranges[trait].replace('$', `p.${trait}`)} THEN p.${trait} ELSE ${otherwise} END`

const numberText = (trait: Trait): string =>
  `CASE jsonb_typeof(data -> '${trait}') WHEN 'number' THEN (data -> '${trait}')::float8 END AS ${trait}`

// OFFSET 0 keeps the planner from putting these expressions wherever their names stand, which searches a document as often
const parametersText = `
  SELECT entity_id, ${numberText('mass')}, ${numberText('jitter')}, data -> 'anchored' = 'true' AS anchored
  FROM components WHERE world_id = $1 AND component_type = 'Parameters'
    AND ${inRange('entity_id', 5, 6)} OFFSET 0`

/** The default of the time of the last event that gave the entity the trait or took it away. */
const defaultThen = (trait: Trait): string => `(
  SELECT d.${trait} FROM unnest($7::int8[], $8::float8[], $9::float8[]) AS d (after_seq, mass, jitter)
  WHERE d.after_seq < t.${trait}_seq ORDER BY d.after_seq DESC LIMIT 1)`

const lastSaid = (trait: Trait): string => `
  max(e.seq) FILTER (WHERE e.type = 'entity.created.v1'
    OR e.data -> 'changes' @> '[{"field":"parameters.${trait}"}]') AS ${trait}_seq`

const toldText = `
  WITH told AS MATERIALIZED (
    SELECT e.entity_id, ${lastSaid('mass')}, ${lastSaid('jitter')} FROM world_events e
    WHERE e.world_id = ANY ($10::uuid[]) AND e.seq <= ($11::int8[])[array_position($10::uuid[], e.world_id)]
      AND e.type IN ('entity.created.v1', 'entity.updated.v1')
      AND ${inRange('e.entity_id', 5, 6)}
    GROUP BY e.entity_id
  )`

/**
 * A row that a tick wrote before the fork's stands for its body where no event has placed the entity since; any other
 * body is where it was written. The fork's physics begins with the state of its tick, and writes the rows anew.
 */
const copyText = (told: string, mass: string, jitter: string): string => `
  ${told}
  INSERT INTO entity_physics_state (world_id, tenant_id, entity_id, x, y, z, vx, vy, vz, mass, activity, jitter,
    anchored, seq)
  SELECT e.world_id, e.tenant_id, e.entity_id, coalesce(s.x, e.x), coalesce(s.y, e.y), coalesce(s.z, e.z),
    coalesce(s.vx, 0), coalesce(s.vy, 0), coalesce(s.vz, 0),
    ${traitText('mass', mass)}, e.activity, ${traitText('jitter', jitter)},
    coalesce(p.anchored, false), $3
  FROM entities e
  ${told === '' ? '' : 'LEFT JOIN told t ON t.entity_id = e.entity_id'}
  LEFT JOIN (${parametersText}) p ON p.entity_id = e.entity_id
  LEFT JOIN entity_physics_state s ON s.world_id = $2 AND s.entity_id = e.entity_id AND s.tick > 0 AND s.tick <= $4
    AND s.seq >= e.position_seq AND ${inRange('s.entity_id', 5, 6)}
  WHERE e.world_id = $1 AND ${inRange('e.entity_id', 5, 6)} ORDER BY e.entity_id`

const withOneDefault = copyText('', '$7::float8', '$8::float8')
const withChangingDefaults = copyText(toldText, defaultThen('mass'), defaultThen('jitter'))

/**
 * What logs keep no longer is done without: such a body has the default that holds now.
 *
 * @throws PastArchived
 */
const reachLogs = async (
  client: pg.ClientBase,
  worldIds: readonly string[],
  toSeqs: readonly number[],
): Promise<void> => {
  for (const [n, worldId] of worldIds.entries()) {
    const wanted = { sources: tablesOf('events'), at: { after: 0, to: toSeqs[n]! } }
    await reachPast(client, worldId, wanted).catch((error: unknown) => {
      if (!(error instanceof PastExpired)) throw error
    })
  }
}

/**
 * Gives each entity of the fork and the range the row of its body, as of the fork's first seq. The log is read for it only where
 * defaults have changed.
 */
export const copyBodies = async (
  client: pg.ClientBase,
  { worldId }: StoreTarget,
  source: ForkSource,
  { worldIds, toSeqs, defaults }: DefaultsOverTime,
  tick: number | null,
  { from, to }: IdRange,
): Promise<void> => {
  const values = [worldId, source.worldId, source.atSeq, tick ?? -1, from, to]
  const masses = defaults.map(({ mass }) => mass)
  const jitters = defaults.map(({ jitter }) => jitter)
  // The planner knows nothing of a world that has just been filled: it would look each row up, or hash all and sort
  // them again. Rows that were written in the order of their keys are merged as they lie.
  await client.query('SET LOCAL enable_nestloop = off')
  await client.query('SET LOCAL enable_hashjoin = off')
  if (defaults.length === 1) await client.query(withOneDefault, [...values, masses[0], jitters[0]])
  else {
    const seqs = defaults.map(({ afterSeq }) => afterSeq)
    await reachLogs(client, worldIds, toSeqs)
    await client.query(withChangingDefaults, [...values, seqs, masses, jitters, worldIds, toSeqs])
  }
  await client.query('SET LOCAL enable_hashjoin = on')
  await client.query('SET LOCAL enable_nestloop = on')
}
