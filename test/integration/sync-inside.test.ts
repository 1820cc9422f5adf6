import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Filter, holds } from '#sync/filter'
import type { Entity } from '#world/event'
import { filterOf } from '../../functions/api-sync/schemas.ts'
import { type Stack, startStack } from '../../scripts/local/stack.ts'
import { until } from '../support/until.ts'

let dataDir: string
let stack: Stack
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'orrery-sync-inside-'))
  stack = await startStack({ dataDir, port: 0, log: () => {} })
}, 120_000)
afterAll(async () => {
  await stack?.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const call = async (method: string, path: string, body?: object) => {
  const response = await fetch(`${stack.url}${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  // biome-ignore lint/suspicious/noExplicitAny: an answer is whatever the test expects it to be
  return (await response.json().catch(() => undefined)) as any
}

const put = (id: string, position: number[], activity = 0, classType = 'Thing') =>
  call('PUT', `/worlds/inside/entities/${encodeURIComponent(id)}`, {
    ...{ name: id, classType, position, parameters: { activity, mass: 1, jitter: activity * 50 } },
  })

const init = async (query: Record<string, string> = {}): Promise<Entity[]> =>
  (await call('GET', `/world/init?${new URLSearchParams({ world: 'inside', ...query })}`)).fullState.entities

const box = { box: '-3,-3,-3,3,3,3' }
const questions = [box, { sphere: '0,0,0,2.5' }, { ...box, class: 'Rock' }, { box: '90,90,90,91,91,91' }]

/** Of the whole state, which is walked through, what the filter holds. */
const chosen = (entities: readonly Entity[], { shape, classes }: Filter): Entity[] =>
  entities.filter(
    ({ position, classType }) => holds(shape!, position) && (classes === undefined || classes.has(classType)),
  )

const agrees = () =>
  until('each filter has what the whole state has in it', async () => {
    const whole = await init()
    for (const { box: corners, sphere, class: name } of questions as Record<string, string>[]) {
      const filter = filterOf({
        ...{ box: corners?.split(',').map(Number), sphere: sphere?.split(',').map(Number) },
        class: name?.split(','),
      })
      const query = {
        ...(corners && { box: corners }),
        ...(sphere && { sphere }),
        ...(name && { class: name }),
      }
      expect(await init(query)).toEqual(chosen(whole, filter))
    }
    return chosen(whole, filterOf({ box: box.box.split(',').map(Number) })).map(({ id }) => id)
  })

describe('what lies in a box', () => {
  test('is found as it was written, where the physics has moved it, and where nobody holds the world', async () => {
    for (let at = 0; at < 30; at++)
      await put(`still ${at}`, [at - 15, 0, at % 4], 0, at % 2 ? 'Rock' : 'Tree')
    for (let at = 0; at < 20; at++) await put(`body ${at}`, [at - 10, (at % 3) - 1, 1], 0.5)
    await until('bodies go in and out', async () => {
      const inside = (await init(box)).map(({ id }) => id)
      const began = Array.from({ length: 7 }, (_, at) => `body ${at + 7}`)
      return inside.some((id) => id.startsWith('body') && !began.includes(id))
    })
    await call('POST', '/worlds/inside/physics/pause')
    // what was not written back yet is in no row: the whole state comes to be that of the holder
    const held = await agrees()
    await stack.physics.stop()
    await put('written in', [1, 1, 1])
    await put('still 15', [100, 0, 0])
    await call('DELETE', '/worlds/inside/entities/still%2014')
    const written = await agrees()
    expect(held).toEqual(expect.arrayContaining(['still 14', 'still 15']))
    expect(written).toEqual(
      [...held.filter((id) => !['still 14', 'still 15'].includes(id)), 'written in'].sort(),
    )
  })
})
