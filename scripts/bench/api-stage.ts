import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { migrate } from '#platform/postgres/migrate'
import { type LocalPostgres, startPostgres } from '../local/postgres.ts'

/** A PostgreSQL that syncs as a real one does, and the API beside it in a process of its own. */
export interface ApiStage {
  postgres: LocalPostgres
  url: string
  stop(): Promise<void>
}

export const startApiStage = async (): Promise<ApiStage> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'orrery-bench-'))
  const postgres = await startPostgres({ dataDir })
  await migrate({ connectionString: postgres.url('orrery_migrate') })
  const api = await startApi(postgres)
  return {
    postgres,
    url: api.url,
    stop: async () => {
      await api.stop()
      await postgres.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** An API in a process of its own, which nobody has asked anything yet. */
export const startApi = async (postgres: LocalPostgres): Promise<Pick<ApiStage, 'url' | 'stop'>> => {
  const child = fork(fileURLToPath(new URL('./api-process.ts', import.meta.url)), {
    env: { ...process.env, DATABASE_URL: postgres.url('orrery_app') },
  })
  const [url] = (await once(child, 'message')) as [string]
  return {
    url,
    stop: async () => {
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
    },
  }
}

/** Sends a body to the bridge and fails unless it was applied. */
export const post = async (url: string, path: string, body: string): Promise<void> => {
  const response = await fetch(`${url}/eustress/ingest/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  const text = await response.text()
  if (response.status !== 200) throw new Error(`${response.status} ${text}`)
}

/** A small fast generator of uniform numbers in [0, 1): mulberry32, the same on every machine. */
export const seeded = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}

/** An entity whose JSON has about `bytes` bytes: numbers and short texts in some twenty parameters. */
export const randomEntity = (id: string, random: () => number, bytes: number): object => {
  const parameters: Record<string, number | string> = {}
  const entity = {
    ...{ id, name: `Entity ${id}`, class_type: `Class${Math.floor(random() * 20)}` },
    position: [random() * 1e4, random() * 1e4, random() * 1e4],
    ...{ tags: [`tag${Math.floor(random() * 50)}`], parameters },
  }
  let size = JSON.stringify(entity).length
  for (let key = 0; size < bytes; key++) {
    const value = key % 3 === 0 ? random() * 1e6 : randomText(random, Math.min(140, bytes - size))
    parameters[`parameter${key}`] = value
    size += `"parameter${key}":,`.length + JSON.stringify(value).length
  }
  return entity
}

const randomText = (random: () => number, length: number): string =>
  Array.from(
    { length: Math.max(1, length) },
    () => 'etaoinshrdlucmfwypvbgkjqxz 0123456789'[Math.floor(random() * 37)],
  ).join('')
