import { type CommitCount, countCommits } from '#ledger/postgres/count-commits'
import { type LayerStatus, type LedgerStatus, readLedgerStatus } from '#ledger/postgres/read-status'
import { inTransaction } from '#platform/postgres/pool'
import type { StackConnection } from '../local/connect.ts'
import { table } from '../local/table.ts'
import type { LedgerCommand } from './command.ts'
import type { LedgerOptions } from './options.ts'
import { findWorlds } from './worlds.ts'

/** Tells how far the ledgers of worlds have come. */
export const status = async (
  { pool }: StackConnection,
  { tenant, world, layers }: Extract<LedgerOptions, { command: 'status' | 'verify' }>,
  { out }: LedgerCommand,
): Promise<number> => {
  for (const { worldId, name, settings } of await findWorlds(pool, tenant, world)) {
    const { found, counts } = await inTransaction(
      pool,
      async (client) => ({
        found: await readLedgerStatus(client, worldId, settings.ledger, layers),
        counts: await countCommits(client, worldId),
      }),
      'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
    )
    for (const line of statusLines(name, found, counts)) out(line)
  }
  return 0
}

const statusLines = (name: string, status: LedgerStatus, counts: readonly CommitCount[]): string[] => {
  const { stream, ticks, layers } = status
  if (stream === null) return [`${name}: no ticks yet`]
  const kept =
    ticks.segments === 0
      ? 'no ticks are kept'
      : `${ticks.ticks} ticks of bodies are kept, ${ticks.fromTick} to ${ticks.toTick}, in ${ticks.segments} segments of ${ticks.bytes} bytes`
  const watermarks = new Map(layers.map(({ layer, closedTo }) => [layer, closedTo]))
  return [
    `${name}: ticks up to ${stream.watermark}; ${kept}`,
    ...table([
      [
        'layer',
        'chains',
        'open',
        'behind',
        'closed to',
        'lag',
        'commits',
        'archived',
        'manifest',
        'its hash',
      ],
      ...layers.map((layer) => {
        // a layer that is not told of here has its commits all the same
        const watermark =
          layer.source === null ? stream.watermark : (watermarks.get(layer.source) ?? layer.closedTo)
        return layerCells(layer, watermark - layer.closedTo, counts)
      }),
    ]).map((line) => `  ${line}`),
  ]
}

const layerCells = (
  { layer, shards, closedTo, manifest, hash, paused }: LayerStatus,
  lag: number,
  counts: readonly CommitCount[],
): string[] => {
  const { commits, archived } = counts.find((one) => one.layer === layer) ?? { commits: 0, archived: 0 }
  return [
    paused ? `${layer} (paused)` : layer,
    ...[shards.count, shards.open, shards.behind, closedTo, lag, commits, archived, manifest].map(String),
    hash.slice(0, 16),
  ]
}
