import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { LayerKey } from '../ledger-store.ts'
import { commitsOf } from '../postgres/of-ledger.ts'
import type { LayerRow } from '../postgres/windows.ts'
import type { LayerName } from '../settings.ts'
import { LedgerBroken } from './broken-link.ts'
import type { VerifyContext } from './verify-chains.ts'

/** What the commits of a window of a layer count together. */
interface WindowSums {
  windowEnd: number
  contributions: bigint
  activitySum: bigint
}

const sumsText = `
  SELECT window_end AS "windowEnd", sum(contributions) AS contributions, sum(activity_sum) AS "activitySum"
  FROM commits c WHERE ${commitsOf()} AND layer = $2 AND window_end > $3 AND window_end <= $4
  GROUP BY window_end ORDER BY window_end LIMIT $5`

const windowsAtOnce = 1_000

async function* windowSums(
  client: pg.ClientBase,
  worldId: string,
  layer: LayerName,
  upTo: number,
): AsyncGenerator<WindowSums> {
  for (let after = 0; ; ) {
    const { rows } = await client.query<{ windowEnd: number; contributions: string; activitySum: string }>(
      prepared(sumsText, [worldId, layer, after, upTo, windowsAtOnce]),
    )
    for (const { windowEnd, contributions, activitySum } of rows)
      yield { windowEnd, contributions: BigInt(contributions), activitySum: BigInt(activitySum) }
    if (rows.length < windowsAtOnce) return
    after = rows.at(-1)!.windowEnd
  }
}

/**
 * A layer above the first one has in each window that is closed what the layer below committed up to its end: as many contributions,
 * and the same sum of activity (I8). That the entries say the same by region is for `replay` to find out.
 *
 * @throws LedgerBroken
 */
export const verifySums = async (
  { client }: VerifyContext,
  { worldId, layer }: LayerKey,
  { source, closedTo }: LayerRow,
): Promise<void> => {
  if (source === null) return
  const below = windowSums(client, worldId, source, closedTo)
  let next = await below.next()
  const takeUpTo = async (end: number): Promise<WindowSums> => {
    const sum = { windowEnd: end, contributions: 0n, activitySum: 0n }
    for (; !next.done && next.value.windowEnd <= end; next = await below.next()) {
      sum.contributions += next.value.contributions
      sum.activitySum += next.value.activitySum
    }
    return sum
  }
  const check = (end: number, has: Omit<WindowSums, 'windowEnd'>, isDue: Omit<WindowSums, 'windowEnd'>) => {
    if (has.contributions === isDue.contributions && has.activitySum === isDue.activitySum) return
    const of = (sums: typeof has) =>
      `${sums.contributions} contributions of activity ${sums.activitySum} quanta`
    const what = `its window up to ${end} has ${of(has)}, and ${source} committed ${of(isDue)} for it`
    throw new LedgerBroken({ layer, what })
  }
  for await (const own of windowSums(client, worldId, layer, closedTo))
    check(own.windowEnd, own, await takeUpTo(own.windowEnd))
  check(closedTo, { contributions: 0n, activitySum: 0n }, await takeUpTo(closedTo))
}
