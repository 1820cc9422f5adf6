import type pg from 'pg'
import type { WorldKey } from './append-segment.ts'
import type { LedgerMoment } from './fork-ledger.ts'
import { laterCommits } from './later-commits.ts'
import { commitsOf } from './of-ledger.ts'
import { exponent } from './read-gamma.ts'

const sums = 'count, weight_sum, activity_sum, activity_squares'
const inOrder = 'PARTITION BY layer, region, correction ORDER BY epoch_start, epoch_end, commit_key'

/**
 * A cell without later entries is as it stands. Any other one is summed up from the entries that it had; of those that
 * are no corrections the last spans that overlap count as the latest one (store-commit.ts).
 */
const gammaText = `
  WITH ${laterCommits}, touched AS MATERIALIZED (
    SELECT DISTINCT e.layer, e.place, e.region FROM later l JOIN commit_entries e USING (commit_key)
  ), entry AS (
    SELECT e.*, c.epoch_start, c.epoch_end, c.commit_id,
      c.epoch_start > coalesce(max(c.epoch_end) OVER (PARTITION BY e.layer, e.region, e.correction
        ORDER BY c.epoch_start, c.epoch_end, e.commit_key ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), -1) AS begins
    FROM touched t
    JOIN commit_entries e ON e.world_id = ANY (world_lineage($1)) AND e.layer = t.layer AND e.place = t.place
      AND e.region = t.region
    JOIN commits c ON c.commit_key = e.commit_key
    WHERE ${commitsOf('$3')}
  ), spanned AS (
    SELECT *, count(*) FILTER (WHERE begins) OVER (${inOrder}) AS span FROM entry
  ), latest AS (
    SELECT *, NOT correction AND span = max(span) FILTER (WHERE NOT correction) OVER (PARTITION BY layer, region) AS is_latest
    FROM spanned
  )
  INSERT INTO gamma_cells (world_id, tenant_id, layer, place, exponent, region, epoch_start, epoch_end,
    latest_weight_sum, ${sums}, commit_id)
  SELECT $3::uuid, $4, layer, place, exponent, region, epoch_start, epoch_end, latest_weight_sum, ${sums}, commit_id
  FROM gamma_cells g
  WHERE world_id = $1
    AND NOT EXISTS (SELECT FROM touched t WHERE t.layer = g.layer AND t.place = g.place AND t.region = g.region)
  UNION ALL
  SELECT $3, $4, layer, place, ${exponent}, region, coalesce(min(epoch_start) FILTER (WHERE is_latest), 0),
    coalesce(max(epoch_end) FILTER (WHERE is_latest), 0), coalesce(sum(weight_sum) FILTER (WHERE is_latest), 0),
    sum(count), sum(weight_sum), sum(activity_sum), sum(activity_squares),
    (array_agg(commit_id ORDER BY commit_key DESC))[1]
  FROM latest GROUP BY layer, place, region`

/** Gives the fork the gamma of the cells as it was. Needs the fork's inherited chains. */
export const forkGamma = async (
  client: pg.ClientBase,
  { worldId, tenantId }: WorldKey,
  source: LedgerMoment,
): Promise<void> => {
  await client.query(gammaText, [source.worldId, source.atSeq, worldId, tenantId])
}
