import type { ProjectionContext } from '#chronicle/projection/context'
import { projectionStatus } from '#chronicle/projection/status'
import { inTransaction } from '#platform/postgres/pool'
import { table } from '../local/table.ts'
import type { ChronicleCommand } from './command.ts'

export const status = async (
  { pool }: ProjectionContext,
  { worldId, name }: { worldId: string; name: string },
  { out }: ChronicleCommand,
): Promise<number> => {
  const found = await inTransaction(pool, (client) => projectionStatus(client, worldId))
  const { enabled, projectedSeq, recordedSeq, lag, failures, retryAt, verified, refused } = found
  out(`${name}: ${found.degraded ? 'degraded' : lag > 0 ? 'behind' : 'up to date'}`)
  const lines = [
    ['projection', enabled ? 'on' : 'off'],
    ['projected up to seq', `${projectedSeq} of ${recordedSeq}`],
    ['events not projected', String(lag)],
    ['failures in a row', failures === 0 ? '0' : `${failures}, tried again ${retryAt ?? 'soon'}`],
    ['refused by the world', String(refused.length)],
    ['last comparison', verified === null ? 'none' : `${verified.at}, ${verified.differences} differences`],
  ]
  for (const line of table(lines)) out(`  ${line}`)
  if (found.unknownActions.length === 0) return 0
  out('  actions that no rule knows:')
  for (const line of table(found.unknownActions.map(({ action, events }) => [action, String(events)])))
    out(`    ${line}`)
  return 0
}
