import { exponentOf } from '../cells.ts'
import type { LayerKey } from '../ledger-store.ts'
import { placeOf } from '../place.ts'
import type { GammaRow } from '../postgres/read-cell-entries.ts'
import { firstFault } from './broken-link.ts'
import { type CellSums, canBeLatest } from './cell-sums.ts'

/** What is wrong with a cell of gamma, by the sums of all entries of its region; undefined: nothing. */
export const faultOfCell = (
  { tenantId }: LayerKey,
  row: GammaRow,
  cell: CellSums | undefined,
): string | undefined => {
  if (cell === undefined) return 'gamma has a cell, and no commit has an entry of it'
  const { epochStart, epochEnd } = row
  const column = (name: string, has: string, is: bigint) =>
    has === String(is) ? undefined : `${name} in gamma is ${has}, and the sum of its entries is ${is}`
  const fault = (holds: boolean, what: string) => (holds ? undefined : what)
  return firstFault(
    () => fault(row.place.equals(placeOf(row.region)), 'its place in gamma is not that of its region'),
    () => fault(row.exponent === exponentOf(row.region), 'its exponent in gamma is not that of its region'),
    () => fault(row.tenantId === tenantId, 'its cell in gamma is another tenant’s'),
    () => column('count', row.count, cell.count),
    () => column('weight_sum', row.weightSum, cell.weightSum),
    () => column('activity_sum', row.activitySum, cell.activitySum),
    () => column('activity_squares', row.activitySquares, cell.activitySquares),
    () =>
      fault(
        isLatest(cell, { epochStart, epochEnd }, row.latestWeightSum),
        `its latest span in gamma, ${epochStart} to ${epochEnd} of weight ${row.latestWeightSum}, is not that of its entries`,
      ),
    () =>
      fault(
        [...cell.last.values()].some(({ commitId }) => commitId === row.commitId),
        `gamma says that commit ${row.commitId} is the last with an entry of it`,
      ),
  )
}

const isLatest = (cell: CellSums, span: { epochStart: number; epochEnd: number }, weight: string): boolean =>
  /^\d+$/.test(weight) && canBeLatest(cell, { ...span, weight: BigInt(weight) })
