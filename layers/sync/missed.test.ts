import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Entity } from '#world/event'
import { defaultWorldSettings } from '#world/settings'
import { fullCast } from './casts.ts'
import type { Position } from './facts.ts'
import { type Filter, holds } from './filter.ts'
import type { Frame } from './frame.ts'
import { createHub, type Sink } from './hub.ts'
import type { LiveTick } from './live-ticks.ts'
import { type CatchUpContext, catchUp } from './missed.ts'
import { defaultLimits } from './stream-options.ts'
import { applyFull, type ClientState } from './test-client.ts'
import { createTestWorld } from './test-world.ts'

const id = fc.constantFrom('a', 'b', 'c')
const at = fc.integer({ min: 0, max: 9 })
type Action =
  | { kind: 'put'; id: string; at: number }
  | { kind: 'delete'; id: string }
  | { kind: 'tick'; takes: number; moves: [string, number][] }
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), id, at }),
  fc.record({ kind: fc.constant('delete' as const), id }),
  fc.record({
    kind: fc.constant('tick' as const),
    takes: fc.integer({ min: 0, max: 3 }),
    moves: fc.array(fc.tuple(id, at), { maxLength: 3 }),
  }),
)
const actions = fc.array(action, { maxLength: 12 })

const low: Filter = { shape: { kind: 'box', min: [-1, -1, -1], max: [5, 5, 1_000] } }
const filter = fc.constantFrom<Filter>({}, low)
const isIn = ({ shape }: Filter, position: Position): boolean => shape === undefined || holds(shape, position)

const sorted = (entities: Iterable<Entity>) => [...entities].sort((a, b) => (a.id < b.id ? -1 : 1))

test('a client that was away is led to where everything is, with a filter and without', async () => {
  const property = fc.asyncProperty(actions, actions, actions, filter, async (before, away, after, asked) => {
    const world = createTestWorld()
    const told: LiveTick[] = []
    const play = (all: Action[]): void => {
      for (const one of all) {
        if (one.kind === 'put') world.put(one.id, one.at)
        else if (one.kind === 'delete') world.remove(one.id)
        else told.push(world.step(one.takes, one.moves))
      }
    }
    play(before)
    const truth = () => world.state().filter(({ position }) => isIn(asked, position))
    const client: ClientState = new Map(truth().map((entity) => [entity.id, entity]))
    const cursor = { seq: world.log.length, tick: world.tick() }
    play(away)
    told.length = 0
    const whole = () => new Map(world.state().map((entity) => [entity.id, entity]))
    const reads: CatchUpContext['reads'] = {
      events: async (_, afterSeq, limit) => world.log.slice(afterSeq, afterSeq + limit),
      entities: async (_, ids) => new Map([...whole()].filter(([name]) => ids.includes(name))),
      classes: async () => new Map(),
      cursor: async () => cursor,
      inside: async () => new Map(truth().map(({ id: name, position }) => [name, position])),
    }
    const identity = { tenantId: 't', worldId: 'w' }
    const closing = new AbortController()
    let arrive = () => {}
    const hub = createHub({
      ...{ world: identity, reads, settings: defaultWorldSettings, retryMs: 1 },
      start: { seq: world.log.length, tick: world.tick() },
      report: () => {},
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
    const apply = (frame: Frame): void =>
      applyFull(
        client,
        fullCast(
          frame,
          () => 'entities',
          () => undefined,
        ),
      )
    const early: Frame[] = []
    let isReady = false
    const sink: Sink = {
      view: { filter: {}, inside: undefined },
      push: (frame) => (isReady ? apply(frame) : void early.push(frame)),
      digest: () => {},
      cut: () => {},
    }
    const joined = hub.join(sink)
    const missed = await catchUp(
      {
        ...{ world: identity, hub, reads, limits: defaultLimits, now: () => new Date(0) },
        movedSince: async (_, tick) => world.movedSince(tick),
        writtenTick: async () => world.tick(),
      },
      { world: 'w', cast: 'full', filter: asked, cursor },
      joined,
    )
    if ('resync' in missed) throw new Error(missed.resync)
    await hub.exclusively(async () => {
      for (const frame of missed.frames) apply(frame)
      for (const frame of early.splice(0)) apply(await missed.narrow(frame))
      sink.view = missed.view
      isReady = true
    })
    play(after)
    told.push(world.step(world.log.length, []))
    hub.wake(world.log.length)
    arrive()
    expect(await hub.untilTick(world.tick(), 5_000)).toBe(true)
    await hub.refresh()
    expect(sorted(client.values())).toEqual(truth())
    closing.abort()
    arrive()
    hub.close()
  })
  await fc.assert(property, { numRuns: 2_000 })
})
