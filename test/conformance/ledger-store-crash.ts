import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { LayerKey } from '#ledger/ledger-store'
import type { LedgerStoreTarget } from './ledger-store-target.ts'

const script = fileURLToPath(new URL('ledger-store-process.ts', import.meta.url))

/** Runs ledger-store-process.ts until it has persisted so many commits, then kills it amid the next one. */
export const persistAndDie = async (
  { module, settings }: LedgerStoreTarget,
  archive: string,
  key: LayerKey,
  commits: number,
): Promise<void> => {
  const argument = JSON.stringify({ module, settings, archive, key })
  const child = spawn(process.execPath, [script, argument], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  let persisted = 0
  for await (const _ of createInterface(child.stdout)) {
    persisted += 1
    // some time into the next commit, a little later each time
    if (persisted === commits) setTimeout(() => child.kill('SIGKILL'), commits % 9)
  }
  await ended
  if (child.signalCode !== 'SIGKILL' && persisted < commits)
    throw new Error(`the process ended with code ${child.exitCode} after ${persisted} commits`)
}
