import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaultWorldSettings } from '#world/settings'
import { fullCast } from './casts.ts'
import type { Frame } from './frame.ts'
import { createHub } from './hub.ts'
import type { LiveTick } from './live-ticks.ts'
import { applyFull, type ClientState } from './test-client.ts'
import { createTestWorld } from './test-world.ts'
import { createView } from './view.ts'

type Action =
  | { kind: 'put'; id: string; at: number }
  | { kind: 'delete'; id: string }
  /** The physics takes up so many events, and moves these bodies. */
  | { kind: 'tick'; takes: number; moves: [string, number][] }
  /** The hub hears of the log, with the events or without; of the next tick that the holder has told. */
  | { kind: 'hear'; withEvents: boolean }
  | { kind: 'follow' }

const id = fc.constantFrom('a', 'b', 'c')
const at = fc.integer({ min: 0, max: 9 })
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), id, at }),
  fc.record({ kind: fc.constant('delete' as const), id }),
  fc.record({
    kind: fc.constant('tick' as const),
    takes: fc.integer({ min: 0, max: 3 }),
    moves: fc.array(fc.tuple(id, at), { maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant('hear' as const), withEvents: fc.boolean() }),
  fc.constant({ kind: 'follow' as const }),
)

test('whatever comes first to the hub, the log or a tick, a client ends with where everything is', async () => {
  const some = fc.array(action, { maxLength: 40 })
  // what has happened before anybody watches
  const property = fc.asyncProperty(fc.array(action, { maxLength: 10 }), some, async (before, actions) => {
    const world = createTestWorld()
    let tick = 0
    for (const one of before) {
      if (one.kind === 'put') world.put(one.id, one.at)
      else if (one.kind === 'delete') world.remove(one.id)
      else if (one.kind === 'tick') tick = world.step(one.takes, one.moves).tick
    }
    const start = { seq: world.log.length, tick }
    const ticks: LiveTick[] = []
    let arrive = () => {}
    const told: LiveTick[] = []
    const closing = new AbortController()
    const hub = createHub({
      ...{ world: { tenantId: 't', worldId: 'w' }, start, retryMs: 1 },
      settings: defaultWorldSettings,
      report: (error) => {
        throw error
      },
      reads: {
        events: async (_, after, limit) => world.log.slice(after, after + limit),
        entities: async () => new Map(),
        classes: async () => new Map(),
        cursor: async () => start,
      },
      ticks: {
        follow: async function* () {
          while (!closing.signal.aborted) {
            for (let next = told.shift(); next !== undefined; next = told.shift()) yield next
            await new Promise<void>((resolve) => {
              arrive = resolve
            })
          }
        },
      },
    })
    const client: ClientState = new Map(world.state().map((entity) => [entity.id, entity]))
    let cursor = hub.join({
      view: createView({}),
      push: (frame: Frame) => {
        expect([frame.from.seq <= cursor.seq, frame.from.tick <= cursor.tick]).toEqual([true, true])
        cursor = frame.to
        applyFull(
          client,
          fullCast(
            frame,
            () => 'entities',
            () => undefined,
          ),
        )
      },
      digest: () => {},
      cut: () => {},
    })
    const follow = (): void => {
      const next = ticks.shift()
      if (next !== undefined) told.push(next)
      arrive()
    }
    for (const one of actions) {
      if (one.kind === 'put') world.put(one.id, one.at)
      else if (one.kind === 'delete') world.remove(one.id)
      else if (one.kind === 'tick') ticks.push(world.step(one.takes, one.moves))
      else if (one.kind === 'follow') follow()
      else hub.wake(world.log.length, one.withEvents ? world.log.slice(hub.cursor().seq) : undefined)
      await Promise.resolve()
    }
    ticks.push(world.step(world.log.length, []))
    const last = ticks.at(-1)!.tick
    while (ticks.length > 0) follow()
    expect(await hub.untilTick(last, 5_000)).toBe(true)
    await hub.refresh()
    expect([...client.values()].sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(world.state())
    closing.abort()
    arrive()
    hub.close()
  })
  await fc.assert(property, { numRuns: 2000 })
})
