import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFilesystemOverflow } from '#platform/overflow/filesystem'
import type { OverflowKey, OverflowRequest, OverflowSpool } from '#platform/overflow/overflow'
import { type Apply, describeOverflowStore } from './overflow-suite.ts'

const makeDirectory = () => mkdtemp(join(tmpdir(), 'orrery-spool-'))

describeOverflowStore('filesystem', async () => {
  const directory = await makeDirectory()
  return {
    open: async () => {
      const store = await createFilesystemOverflow(directory)
      return { store, drain: (apply) => drainAll(store, apply) }
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  }
})

/** Each world once, until what it applies rejects. */
const drainAll = async (store: OverflowSpool, apply: Apply): Promise<void> => {
  for (const key of await store.divertedKeys()) {
    let rejection: unknown
    const rejects = async (request: OverflowRequest) => {
      await apply(key, request).catch((error: unknown) => {
        rejection = error
        throw error
      })
    }
    await store.drain(key, rejects).catch((error: unknown) => expect(error).toBe(rejection))
  }
}

const earth = { tenantId: 'acme', world: 'earth' }
const mars = { tenantId: 'acme', world: 'mars' }

let directory: string
beforeEach(async () => {
  directory = await makeDirectory()
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const drainIds = async (store: OverflowSpool, key: OverflowKey): Promise<string[]> => {
  const applied: string[] = []
  await store.drain(key, async ({ requestId }) => {
    applied.push(requestId)
  })
  return applied
}

describe('filesystem overflow', () => {
  let store: OverflowSpool
  beforeEach(async () => {
    store = await createFilesystemOverflow(directory)
  })

  it('appends what comes at once in the order of the calls', async () => {
    const ids = Array.from({ length: 500 }, (_, index) => String(index))
    await Promise.all(ids.map((requestId) => store.divert(earth, { requestId })))
    expect(await drainIds(store, earth)).toEqual(ids)
  })

  it('names the worlds that are diverted, also after a restart', async () => {
    expect(await store.divertedKeys()).toEqual([])
    await store.divert(earth, { requestId: 'a' })
    await store.divert(mars, { requestId: 'b' })
    expect(await drainIds(store, earth)).toEqual(['a'])
    expect(await (await createFilesystemOverflow(directory)).divertedKeys()).toEqual([mars])
  })

  it('answers who asks while the last request is applied when it has been', async () => {
    await store.divert(earth, { requestId: 'only' })
    let answer: Promise<boolean> | undefined
    const order: string[] = []
    await store.drain(earth, async () => {
      answer ??= store.isDiverted(earth).finally(() => order.push('answered'))
      await Promise.resolve()
      order.push('applied')
    })
    expect([await answer, order]).toEqual([false, ['applied', 'answered']])
  })

  it('answers who asks while the last request is applied that it waits where it could not be', async () => {
    await store.divert(earth, { requestId: 'only' })
    let answer: Promise<boolean> | undefined
    const away = new Error('the database is away')
    const drained = store.drain(earth, async () => {
      answer ??= store.isDiverted(earth)
      throw away
    })
    await expect(drained).rejects.toBe(away)
    expect(await answer).toBe(true)
  })

  it('lets one drain of a world run at a time', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => String(index))
    for (const requestId of ids) await store.divert(earth, { requestId })
    const applied: string[] = []
    const apply = async ({ requestId }: OverflowRequest) => {
      applied.push(requestId)
    }
    const counts = await Promise.all([store.drain(earth, apply), store.drain(earth, apply)])
    expect(counts).toEqual([20, 0])
    expect(applied).toEqual(ids)
  })
})

describe('filesystem overflow after a crash', () => {
  const spoolFile = async () =>
    join(directory, (await readdir(directory)).find((file) => file.endsWith('.ndjson'))!)

  it('forgets the line that the crash tore, and nothing before it', async () => {
    const before = await createFilesystemOverflow(directory)
    await before.divert(earth, { requestId: 'a' })
    await appendFile(await spoolFile(), '{"requestId":"torn')
    const after = await createFilesystemOverflow(directory)
    await after.divert(earth, { requestId: 'b' })
    expect(await drainIds(after, earth)).toEqual(['a', 'b'])
  })

  it('sets aside a line that a power cut left without its text', async () => {
    const before = await createFilesystemOverflow(directory)
    await before.divert(earth, { requestId: 'a' })
    await appendFile(await spoolFile(), '\0\0\0\0\n{"requestId":"c"}\n')
    const after = await createFilesystemOverflow(directory)
    expect(await drainIds(after, earth)).toEqual(['a', 'c'])
    expect((await readdir(directory)).filter((file) => file.endsWith('.damaged'))).toHaveLength(1)
  })

  it('starts beside a file that has no header and one that was never finished', async () => {
    await writeFile(join(directory, 'f00.ndjson'), 'no header')
    await writeFile(join(directory, 'f00.ndjson.1.new'), '{"offset"')
    const store = await createFilesystemOverflow(directory)
    expect(await store.divertedKeys()).toEqual([])
    expect(await readdir(directory)).toEqual(['f00.ndjson.damaged'])
  })

  it('has all that was acknowledged, once and in order, after each of 8 SIGKILLs', {
    timeout: 120_000,
  }, async () => {
    const acknowledged: string[] = []
    for (let life = 0; life < 8; life += 1) acknowledged.push(...(await appendUntilKilled(life)))
    const store = await createFilesystemOverflow(directory)
    const drained = await drainIds(store, earth)
    expect(new Set(drained).size).toBe(drained.length)
    expect(drained.toSorted(byLifeAndNumber)).toEqual(drained)
    const had = new Set(drained)
    expect(acknowledged.filter((id) => !had.has(id))).toEqual([])
  })

  /** The ids that the process acknowledged before it was killed. */
  const appendUntilKilled = async (life: number): Promise<string[]> => {
    const script = new URL('./overflow-append-process.ts', import.meta.url).pathname
    const child = spawn(process.execPath, [script, directory, String(life)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ids: string[] = []
    for await (const id of createInterface({ input: child.stdout })) {
      ids.push(id)
      // another moment of its work in each life
      if (ids.length === 20 + life * 13) child.kill('SIGKILL')
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    return ids
  }

  const byLifeAndNumber = (a: string, b: string): number => {
    const [lifeA, numberA] = a.split('-').map(Number)
    const [lifeB, numberB] = b.split('-').map(Number)
    return lifeA! - lifeB! || numberA! - numberB!
  }
})
