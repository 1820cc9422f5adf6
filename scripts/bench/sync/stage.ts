import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { createPool } from '#platform/postgres/pool'
import { type Stack, startStack } from '../../local/stack.ts'
import { type ClientProcess, startClients } from './client-commands.ts'

/** All of Orrery, whose API is in this process, and clients in others. */
export interface Stage {
  stack: Stack
  /** As superuser. */
  admin: pg.Pool
  writer: ClientProcess
  /** They share the streams. */
  readers: ClientProcess[]
  call(method: string, path: string, body?: object): Promise<Response>
  stop(): Promise<void>
}

const readerProcesses = 2

export const startStage = async (log: (line: string) => void): Promise<Stage> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'orrery-bench-sync-'))
  const stack = await startStack({ dataDir, port: 0, log })
  const admin = createPool({
    ...{ connectionString: stack.postgres.adminUrl(), applicationName: 'bench', transactionTimeoutMs: 0 },
  })
  const [writer, ...readers] = Array.from({ length: 1 + readerProcesses }, startClients)
  return {
    ...{ stack, admin, writer: writer!, readers },
    call: async (method, path, body) => {
      const response = await fetch(`${stack.url}${path}`, {
        method,
        ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      })
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
      return response
    },
    stop: async () => {
      await Promise.all([writer!, ...readers].map((process) => process.stop()))
      await admin.end()
      await stack.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** Opens so many streams in all, and closes them after `task`. */
export const withStreams = async <T>(
  { stack, readers }: Stage,
  { query, accept = 'text/event-stream', count }: { query: string; accept?: string; count: number },
  task: () => Promise<T>,
): Promise<T> => {
  const url = `${stack.url}/events?${query}`
  const share = (at: number) => Math.floor(count / readers.length) + (at < count % readers.length ? 1 : 0)
  await Promise.all(readers.map((reader, at) => reader.ask({ kind: 'open', url, accept, count: share(at) })))
  try {
    await takeAll(readers)
    return await task()
  } finally {
    await Promise.all(readers.map((reader) => reader.ask({ kind: 'close' })))
  }
}

/** What all of them have received since the last time. */
export const takeAll = async (readers: readonly ClientProcess[]) => {
  const taken = await Promise.all(readers.map((reader) => reader.ask({ kind: 'take' })))
  return {
    bytes: taken.reduce((sum, { bytes }) => sum + bytes, 0),
    marks: taken.flatMap(({ marks }) => marks),
  }
}

export const lastTick = async (admin: pg.Pool, worldId: string): Promise<number> => {
  const text = 'SELECT coalesce(max(tick), 0)::int AS tick FROM tick_log WHERE world_id = $1'
  const { rows } = await admin.query<{ tick: number }>(text, [worldId])
  return rows[0]!.tick
}
