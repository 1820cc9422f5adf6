import { countCommits } from '#ledger/postgres/count-commits'
import type { BrokenLink } from '#ledger/verify/broken-link'
import { type VerifiedWorld, verifyWorld } from '#ledger/verify/verify-world'
import { showProgress } from '../import/progress.ts'
import type { StackConnection } from '../local/connect.ts'
import { table } from '../local/table.ts'
import type { LedgerCommand } from './command.ts'
import type { LedgerOptions } from './options.ts'
import { findWorlds } from './worlds.ts'

/** Verifies the ledgers of worlds, one after the other; 1 where one of them does not hold. */
export const verify = async (
  connection: StackConnection,
  { tenant, world, layers }: Extract<LedgerOptions, { command: 'status' | 'verify' }>,
  { out, progress }: LedgerCommand,
): Promise<number> => {
  let code = 0
  for (const found of await findWorlds(connection.pool, tenant, world)) {
    const counts = await countCommits(connection.pool, found.worldId)
    const total = counts.reduce((sum, one) => sum + (layers.includes(one.layer) ? one.commits : 0), 0)
    const bar = showProgress(total, progress)
    let done = 0
    const verified = await verifyWorld(connection, found, layers, (commits) => {
      done += commits
      bar.update(done, done)
    }).finally(() => bar.end())
    for (const line of verifiedLines(found.name, verified)) out(line)
    if (verified.broken !== undefined) code = 1
  }
  return code
}

const verifiedLines = (name: string, { layers, broken }: VerifiedWorld): string[] => {
  if (broken !== undefined)
    return [`${name}: does not hold. The first broken link:`, ...linkLines(broken).map((line) => `  ${line}`)]
  if (layers.length === 0) return [`${name}: nothing was committed yet`]
  return [
    `${name}: holds`,
    ...table([
      ['layer', 'chains', 'commits', 'in the archive', 'manifests', 'cells of gamma'],
      ...layers.map(({ layer, chains, commits, archived, manifests, cells }) => [
        ...[layer, ...[chains, commits, archived, manifests, cells].map(String)],
      ]),
    ]).map((line) => `  ${line}`),
  ]
}

const linkLines = ({ what, ...where }: BrokenLink): string[] => [
  `${what}.`,
  ...table(
    Object.entries(where).map(([name, value]) => [name === 'commitId' ? 'commit id' : name, String(value)]),
  ),
]
