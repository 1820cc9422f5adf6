/**
 * Commits of worlds that were made after seqs of their logs: what a statement about the ledger as of then leaves out.
 * `$1` is an array of world ids, `$2` one of seqs; the first world is the one that the statement is about.
 */
export const laterCommits = `
  later AS MATERIALIZED (
    SELECT c.commit_key, c.world_id, c.layer, c.shard, c.number, c.previous_hash, c.window_end
    FROM unnest($1::uuid[], $2::int8[]) AS u (world_id, seq)
    JOIN world_events e ON e.world_id = u.world_id AND e.seq > u.seq AND e.type = 'commit.entries.v1'
    JOIN commits c ON c.world_id = e.world_id AND c.commit_id = (e.data ->> 'commitId')::uuid
  )`
