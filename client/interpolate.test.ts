import { expect, it } from 'vitest'
import type { Position, SyncEntity } from './entity.ts'
import type { ChangeBatch } from './entity-store.ts'
import { interpolate } from './interpolate.ts'
import type { StateSync } from './state-sync.ts'

/** A world whose server's clock is an hour ahead, and whose frames take 30 ms. */
const stage = () => {
  const entities = new Map<string, SyncEntity>()
  let listener: (batch: ChangeBatch) => void = () => {}
  let now = 0
  const sync = {
    entity: (id: string) => entities.get(id),
    onChange: (given: typeof listener) => {
      listener = given
      return () => {}
    },
  } as unknown as StateSync
  const put = (id: string, position: Position, ticks: number, tick: number) => {
    const before = new Map([[id, entities.get(id)]])
    const isNew = !entities.has(id)
    entities.set(id, { id, classType: 'Tree', position })
    now = tick * 100 + 30
    listener({
      ...{
        created: isNew ? [id] : [],
        updated: isNew ? [] : [id],
        removed: [],
        entered: [],
        left: [],
        before,
      },
      ...{ tick, ticks, timestamp: new Date(3_600_000 + tick * 100).toISOString(), isReset: false },
    })
  }
  const drawn = interpolate(sync, { delayMs: 100, now: () => now })
  const xAt = (time: number, id = 'a') => {
    now = time
    return drawn.position(id)?.[0]
  }
  return { put, xAt }
}

it('draws an entity between the last two ticks, a tick late', () => {
  const { put, xAt } = stage()
  expect(xAt(0)).toBeUndefined()
  put('a', [0, 0, 0], 1, 1)
  expect(xAt(140)).toBe(0)
  put('a', [10, 0, 0], 1, 2)
  expect([xAt(230), xAt(280), xAt(330)]).toEqual([0, 5, 10])
  put('a', [30, 0, 0], 1, 3)
  expect([xAt(330), xAt(380), xAt(430), xAt(9_000)]).toEqual([10, 20, 30, 30])
})

it('lets one that has rested begin to move with the tick that moves it', () => {
  const { put, xAt } = stage()
  put('a', [0, 0, 0], 1, 1)
  put('a', [10, 0, 0], 1, 2)
  put('a', [20, 0, 0], 1, 50)
  expect([xAt(5_030), xAt(5_080), xAt(5_130)]).toEqual([10, 15, 20])
})

it('jumps to a position that was written', () => {
  const { put, xAt } = stage()
  put('a', [0, 0, 0], 1, 1)
  put('a', [10, 0, 0], 1, 2)
  put('a', [500, 0, 0], 0, 2)
  expect(xAt(235)).toBe(500)
})
