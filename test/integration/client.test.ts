import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createApi, createStateSync, type StateSync, type StateSyncOptions } from '../../client/index.ts'
import { type Stack, startStack } from '../../scripts/local/stack.ts'
import { until } from '../support/until.ts'

let dataDir: string
let stack: Stack
const open: StateSync[] = []
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'orrery-client-'))
  stack = await startStack({ dataDir, port: 0, log: () => {} })
}, 120_000)
afterEach(() => {
  for (const sync of open.splice(0)) sync.close()
})
afterAll(async () => {
  await stack?.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const connect = async (world: string, options: Partial<StateSyncOptions> = {}) => {
  const reasons: unknown[] = []
  const sync = createStateSync({ url: stack.url, world, cast: 'full', ...options })
  open.push(sync)
  sync.onStatus(({ state, reason }) => reasons.push([state, reason]))
  sync.start()
  await until('it is live', () => sync.state === 'live')
  return { sync, reasons }
}

const put = (world: string, id: string, position: [number, number, number], activity = 0, name = id) =>
  createApi({ url: stack.url }).put('/worlds/{world}/entities/{id}', {
    path: { world, id },
    body: { name, classType: 'Thing', position, parameters: { activity, mass: 1 } } as never,
  })

/** What a client would begin with now. */
const truth = async (world: string, query = ''): Promise<Map<string, unknown>> => {
  const answer = await fetch(`${stack.url}/world/init?world=${world}${query}`)
  const { fullState } = (await answer.json()) as { fullState: { entities: { id: string }[] } }
  return new Map(fullState.entities.map((entity) => [entity.id, entity]))
}

const agrees = (sync: StateSync, world: string, query = '') =>
  until('the client agrees', async () => {
    const mine = new Map(sync.entities().map((entity) => [entity.id, entity]))
    return isDeepStrictEqual(mine, await truth(world, query)) || undefined
  })

const pause = (world: string) => fetch(`${stack.url}/worlds/${world}/physics/pause`, { method: 'POST' })

describe('the client, of a whole stack', () => {
  test('follows what is written and what moves', async () => {
    await put('garden', 'sun', [0, 0, 0], 1)
    const { sync, reasons } = await connect('garden')
    await put('garden', 'moon', [3, 1, 0], 0.5)
    await put('garden', 'rock', [9, 0, 0])
    await put('garden', 'rock', [9, 0, 0], 0, 'Rock')
    await until('bodies move', () => Number(sync.cursor?.split('.')[1]) > 20)
    await createApi({ url: stack.url }).delete('/worlds/{world}/entities/{id}', {
      path: { world: 'garden', id: 'rock' },
    })
    await pause('garden')
    await agrees(sync, 'garden')
    expect([sync.size, sync.state]).toEqual([2, 'live'])
    // nothing had to be mended on the way
    expect(reasons).toEqual([
      ['initialising', null],
      ['connecting', null],
      ['live', null],
    ])
  })

  test('goes on where it was, and in a box holds what is in it', async () => {
    await put('box', 'sun', [0, 0, 0], 1)
    for (let n = 0; n < 5; n++) await put('box', `e${n}`, [n * 4, 1, 0], 0.3)
    const { sync } = await connect('box', { box: [-5, -5, -5, 9, 5, 5] })
    sync.close()
    await put('box', 'late', [1, 1, 1])
    await put('box', 'e1', [100, 0, 0], 0.3)
    sync.start()
    await put('box', 'e4', [2, 2, 2], 0.3)
    await pause('box')
    await agrees(sync, 'box', '&box=-5,-5,-5,9,5,5')
    expect(sync.entity('late')).toBeDefined()
    expect(sync.entity('e1')).toBeUndefined()
  })

  test('closes with an error that says why where there is no such world', async () => {
    const sync = createStateSync({ url: stack.url, world: 'nowhere' })
    open.push(sync)
    sync.start()
    await until('it has closed', () => sync.state === 'closed')
    expect(sync.error).toMatchObject({ code: 'not-found', status: 404 })
  })
})
