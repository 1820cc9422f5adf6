import fc from 'fast-check'
import { expect, test } from 'vitest'
import { noMetrics } from '#platform/telemetry/metrics'
import type { JsonObject } from '../event.ts'
import type { EntityRecord } from '../read/entities.ts'
import { inProcessCache } from './adapters/in-process.ts'
import type {
  CachedComponent,
  CoreRow,
  EntityCache,
  EntityName,
  LoadedEntity,
  Touched,
} from './entity-cache.ts'
import { measureReads } from './measure.ts'
import { type ReadThroughContext, readComponent, readWhole } from './read-entity.ts'

// The promise: an answer is the whole entity as it stood at one moment, and that moment is at most the declared bound
// before the read began; a component read alone, likewise. Whatever becomes of the invalidations. And once an
// invalidation has arrived, no read that begins later shows what it is about as it was before.

const types = ['Parameters', 'Extra', 'Health'] as const
const names: EntityName[] = [
  { tenantId: 'red', worldId: 'w', entityId: 'hero' },
  { tenantId: 'blue', worldId: 'w', entityId: 'hero' },
  { tenantId: 'red', worldId: 'w', entityId: 'lamp' },
]

/** A state of one entity, from `seq` on; components hold the tenant and the seq that made them. */
interface State {
  seq: number
  fromMs: number
  /** Undefined: it does not exist. */
  components: Record<string, number> | undefined
}

interface World {
  nowMs: number
  /** Of both tenants' worlds, for simplicity: a seq without a change of the entity is as good. */
  seq: number
  states: State[][]
  onTheirWay: Touched[]
  /** The last seq of the invalidations that arrived, by entity, and by component of the entity. */
  arrived: number[]
  arrivedAt: Map<string, number>
}

// mostly one of them, so that much happens to it at once
const entity = fc.constantFrom(0, 0, 0, 1, 2)
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('write' as const), entity, bits: fc.nat({ max: 15 }) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      entity,
      type: fc.option(fc.constantFrom(...types)),
      maxStaleMs: fc.constantFrom(1, 10, 50, 500),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('snapshot' as const), pick: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('answer' as const), pick: fc.nat() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('deliver' as const),
      pick: fc.nat(),
      fate: fc.constantFrom('once', 'twice', 'lost'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 20 }) }),
  },
)

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

/** The bits choose which components are changed; all of them: it is created or deleted. */
const write = (world: World, index: number, bits: number): void => {
  const states = world.states[index]!
  const before = states.at(-1)!.components
  const seq = ++world.seq
  const chosen = types.filter((_, bit) => bits & (1 << bit))
  const isAll = bits >= 8 || before === undefined
  const made = Object.fromEntries(types.map((type) => [type, seq]))
  const after = isAll
    ? before === undefined
      ? made
      : undefined
    : Object.fromEntries(
        [...Object.entries(before), ...chosen.map((type) => [type, seq] as const)]
          // a component that is changed while it is there may be removed by the change
          .filter(([type, version]) => version === seq || !chosen.includes(type as never) || seq % 3 > 0),
      )
  states.push({ seq, fromMs: world.nowMs, components: after })
  world.onTheirWay.push({ name: names[index]!, seq, components: isAll ? 'all' : [...chosen] })
}

const rowOf = (seq: number): CoreRow => ['n', 'c', [], 0, 0, 0, '', 5, seq, 0, 0]
const dataOf = (name: EntityName, type: string, version: number): JsonObject => ({
  of: name.tenantId,
  id: name.entityId,
  type,
  version,
})

/** What the statement reads: all of it in one snapshot, without what is known. */
const loadFrom = (
  world: World,
  index: number,
  known: Record<string, number>,
  checkedAt: number,
): LoadedEntity => {
  const name = names[index]!
  const { seq, components } = world.states[index]!.at(-1)!
  const fresh = Object.entries(components ?? {}).filter(([type, version]) => known[type] !== version)
  const data = fresh.map(([type, version]): [string, CachedComponent] => [
    type,
    { version, data: dataOf(name, type, version) },
  ])
  return {
    ...{ name, atSeq: world.seq, checkedAt },
    core: components === undefined ? null : { row: rowOf(seq), versions: { ...components } },
    components: Object.fromEntries(data),
  }
}

interface Load {
  snapshot(): void
  isTaken(): boolean
  answer(): void
}

const settle = (): Promise<void> => new Promise((done) => setImmediate(done))

const isAnswer = (name: EntityName, { seq, components }: State, value: EntityRecord | undefined): boolean => {
  if (value === undefined || components === undefined) return value === undefined && components === undefined
  const data = (type: string) => (components[type] === undefined ? {} : dataOf(name, type, components[type]))
  return (
    seq === value.seq &&
    JSON.stringify([data('Parameters'), data('Extra')]) === JSON.stringify([value.parameters, value.extra])
  )
}

/** A state was current in the time from `fromMs` on, as far as the read goes. */
const wasCurrent = (states: State[], position: number, fromMs: number): boolean => {
  const next = states[position + 1]
  return next === undefined || next.fromMs >= fromMs
}

const run = async (cache: EntityCache, world: World, steps: Step[]): Promise<void> => {
  const loads: Load[] = []
  const reads: Promise<void>[] = []
  const context: ReadThroughContext = {
    cache,
    measure: measureReads(noMetrics, 'memory'),
    reportFault: (error) => {
      throw error
    },
    load: (name, known, checkedAt) =>
      new Promise((done) => {
        const index = names.indexOf(name)
        let taken: LoadedEntity | undefined
        loads.push({
          snapshot: () => {
            taken ??= loadFrom(world, index, known, checkedAt)
          },
          isTaken: () => taken !== undefined,
          answer: () => done(taken),
        })
      }),
  }
  const read = async (index: number, maxStaleMs: number): Promise<void> => {
    const [states, oldest, arrived] = [world.states[index]!, world.nowMs - maxStaleMs, world.arrived[index]!]
    const { value, ageMs, outcome } = await readWhole(context, names[index]!, maxStaleMs)
    expect(outcome === 'hit' || ageMs === 0).toBe(true)
    expect(ageMs).toBeLessThanOrEqual(maxStaleMs)
    const name = names[index]!
    // the state that it shows was the current one late enough, and was not superseded by what had arrived
    const isKept = states.some(
      (state, at) =>
        isAnswer(name, state, value) &&
        wasCurrent(states, at, oldest) &&
        (states[at + 1]?.seq ?? Number.POSITIVE_INFINITY) > arrived,
    )
    expect(isKept).toBe(true)
  }
  const readOne = async (index: number, type: string, maxStaleMs: number): Promise<void> => {
    const [states, oldest] = [world.states[index]!, world.nowMs - maxStaleMs]
    const arrived = world.arrivedAt.get(`${index} ${type}`) ?? 0
    const { value, ageMs } = await readComponent(context, names[index]!, type, maxStaleMs)
    expect(ageMs).toBeLessThanOrEqual(maxStaleMs)
    const name = names[index]!
    const isIt = states.map(({ components }) => {
      const version = components?.[type]
      return (
        JSON.stringify(version === undefined ? undefined : dataOf(name, type, version)) ===
        JSON.stringify(value)
      )
    })
    expect(isIt.some((is, position) => is && wasCurrent(states, position, oldest))).toBe(true)
    if (value !== undefined) expect(value.version).toBeGreaterThanOrEqual(arrived)
  }
  const deliver = async (pick: number, fate: string): Promise<void> => {
    if (world.onTheirWay.length === 0) return
    const [touched] = world.onTheirWay.splice(pick % world.onTheirWay.length, 1)
    if (fate === 'lost') return
    await cache.invalidate(fate === 'twice' ? [touched!, touched!] : [touched!])
    const index = names.indexOf(touched!.name)
    world.arrived[index] = Math.max(world.arrived[index]!, touched!.seq)
    const changed = touched!.components === 'all' ? types : touched!.components
    for (const type of changed) {
      const key = `${index} ${type}`
      world.arrivedAt.set(key, Math.max(world.arrivedAt.get(key) ?? 0, touched!.seq))
    }
  }

  for (const one of steps) {
    const load = 'pick' in one ? loads[one.pick % Math.max(1, loads.length)] : undefined
    if (one.kind === 'write') write(world, one.entity, one.bits)
    else if (one.kind === 'wait') world.nowMs += one.ms
    else if (one.kind === 'deliver') await deliver(one.pick, one.fate)
    else if (one.kind === 'snapshot') load?.snapshot()
    else if (one.kind === 'answer') {
      if (load?.isTaken()) loads.splice(loads.indexOf(load), 1)[0]!.answer()
    } else
      reads.push(
        one.type === null ? read(one.entity, one.maxStaleMs) : readOne(one.entity, one.type, one.maxStaleMs),
      )
    await settle()
  }
  for (const load of loads) load.snapshot()
  for (const load of loads) load.answer()
  await Promise.all(reads)
}

const newWorld = (): World => ({
  ...{ nowMs: 1_000, seq: 1, onTheirWay: [], arrived: names.map(() => 0), arrivedAt: new Map() },
  states: names.map(() => [{ seq: 1, fromMs: 0, components: undefined }]),
})

test.each([
  { room: 'enough', maxEntities: 100, maxTouches: 100 },
  { room: 'too little', maxEntities: 1, maxTouches: 1 },
])(
  'no answer is older than its bound, whatever becomes of invalidations: with $room room',
  async ({ maxEntities, maxTouches }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 120 }), async (steps) => {
        const world = newWorld()
        const cache = inProcessCache({ maxBytes: 1e6, maxEntities, maxTouches, now: () => world.nowMs })
        await run(cache, world, steps)
      }),
      { numRuns: 600 },
    )
  },
)
