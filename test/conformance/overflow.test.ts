import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFilesystemOverflow } from '#platform/overflow/filesystem'
import { describeOverflowStore, drainIds } from './overflow.ts'

const makeDirectory = () => mkdtemp(join(tmpdir(), 'orrery-spool-'))

describeOverflowStore('filesystem', async () => {
  const directory = await makeDirectory()
  return {
    open: () => createFilesystemOverflow(directory),
    remove: () => rm(directory, { recursive: true, force: true }),
  }
})

describe('filesystem overflow after a crash', () => {
  const earth = { tenantId: 'acme', world: 'earth' }
  let directory: string
  beforeEach(async () => {
    directory = await makeDirectory()
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))

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
