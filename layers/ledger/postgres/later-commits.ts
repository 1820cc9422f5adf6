/** Commits of the world `$1` that were made after the seq `$2` of its log: what its ledger as of then leaves out. */
export const laterCommits = `
  later AS MATERIALIZED (
    SELECT c.commit_key, c.layer, c.shard, c.number, c.previous_hash, c.window_end
    FROM world_events e
    JOIN commits c ON c.world_id = e.world_id AND c.commit_id = (e.data ->> 'commitId')::uuid
    WHERE e.world_id = $1 AND e.seq > $2 AND e.type = 'commit.entries.v1'
  )`
