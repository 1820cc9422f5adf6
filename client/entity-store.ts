import { changeField } from './change-entity.ts'
import { exponentOf, type RegionSum, regionSums } from './digest.ts'
import type { Box, Position, SyncEntity } from './entity.ts'
import type { Digest, Frame } from './messages.ts'
import { sameJson } from './same.ts'
import { createWrittenPlaces } from './written-places.ts'

/** What selectors read. */
export interface WorldView {
  entity(id: string): SyncEntity | undefined
  /** All of them; the same array until something changes. */
  entities(): readonly SyncEntity[]
  /** Those whose position is in the box. */
  within(box: Box): SyncEntity[]
  readonly size: number
}

/** What one frame, or one full state, has changed; ids. */
export interface ChangeBatch {
  created: readonly string[]
  updated: readonly string[]
  removed: readonly string[]
  /** Of those created and removed: the ones that only came into the filter or left it. */
  entered: readonly string[]
  left: readonly string[]
  /** What the entities in it were before; undefined: they were not. */
  before: ReadonlyMap<string, SyncEntity | undefined>
  /** The last tick in it. */
  tick: number
  /** How many ticks; 0: written changes alone, or a full state. */
  ticks: number
  /** ISO 8601, of the tick. */
  timestamp?: string
  /** A full state has taken the place of what was there. */
  isReset: boolean
}

export interface EntityStore extends WorldView {
  /** Grows with each change. */
  readonly version: number
  replace(entities: readonly SyncEntity[], tick: number): ChangeBatch
  /**
   * Applies frames in order to a state that has the events up to `seq`. A frame that ends before it may tell of entities
   * that are gone by now.
   *
   * @returns what has changed, and why that cannot be the server's state, or null
   */
  apply(frames: readonly Frame[], seq: number): { batch: ChangeBatch; fault: string | null }
  /** Whether a region is as the digest has it; true also where the digest proves nothing. */
  agrees(digest: Digest): boolean
}

/** Entities by id. Whatever does not change keeps its identity. */
export const createEntityStore = (): EntityStore => {
  let entities = new Map<string, SyncEntity>()
  let version = 0
  let all: readonly SyncEntity[] | null = null
  let sums: { exponent: number | null; byRegion: Map<string, RegionSum> } | null = null
  const written = createWrittenPlaces()
  const changed = () => {
    version++
    all = null
    sums = null
  }
  return {
    entity: (id) => entities.get(id),
    entities: () => (all ??= [...entities.values()]),
    within: (box) => [...entities.values()].filter(({ position }) => isWithin(position, box)),
    get size() {
      return entities.size
    },
    get version() {
      return version
    },
    replace(list, tick) {
      const before = entities
      entities = new Map(list.map((entity) => [entity.id, unchanged(before.get(entity.id), entity)]))
      written.clear()
      changed()
      const touched = new Map([...before, ...[...entities].map(([id]) => [id, before.get(id)] as const)])
      return { ...classify(touched, entities), ...{ entered: [], left: [], tick, ticks: 0, isReset: true } }
    },
    apply(frames, seq) {
      const touched: Touched = new Map()
      let fault: string | null = null
      let known = seq
      for (const frame of frames) {
        const beforeFrame: Touched = new Map()
        const unknown = applyFrame(entities, frame, beforeFrame)
        if (frame.cursor.seq >= seq) fault ??= unknown
        if (frame.cursor.seq > known) {
          written.note((known = frame.cursor.seq), placesOf(beforeFrame, entities))
        }
        for (const [id, entity] of beforeFrame) if (!touched.has(id)) touched.set(id, entity)
      }
      changed()
      return { batch: { ...classify(touched, entities), ...summary(frames) }, fault }
    },
    agrees({ region, seq, count, hash }) {
      if (written.isWritten(region, seq)) return true
      const exponent = exponentOf(region)
      if (sums === null || sums.exponent !== exponent)
        sums = { exponent, byRegion: regionSums(entities.values(), exponent) }
      const own = sums.byRegion.get(region) ?? { count: 0, hash: 0 }
      return own.count === count && own.hash === Number.parseInt(hash, 16)
    },
  }
}

const isWithin = ([x, y, z]: Position, box: Box): boolean =>
  x >= box[0] && y >= box[1] && z >= box[2] && x <= box[3] && y <= box[4] && z <= box[5]

const unchanged = (before: SyncEntity | undefined, entity: SyncEntity): SyncEntity =>
  before !== undefined && sameJson(before, entity) ? before : entity

/** What entities were before; undefined: they were not. */
type Touched = Map<string, SyncEntity | undefined>

/** @returns what was said of an entity that is not there, or null */
const applyFrame = (
  entities: Map<string, SyncEntity>,
  { changes }: Frame,
  touched: Touched,
): string | null => {
  let fault: string | null = null
  const set = (id: string, entity: SyncEntity | undefined) => {
    if (!touched.has(id)) touched.set(id, entities.get(id))
    if (entity === undefined) entities.delete(id)
    else entities.set(id, entity)
  }
  const update = (id: string, field: string, after: (entity: SyncEntity) => SyncEntity) => {
    const entity = entities.get(id)
    if (entity === undefined) fault ??= `${field} of ${id}, which is unknown, has changed`
    else set(id, after(entity))
  }
  for (const id of changes.removed) set(id, undefined)
  for (const entity of changes.created) set(entity.id, entity)
  for (const change of changes.updated)
    update(change.entityId, change.field, (entity) => changeField(entity, change))
  for (const { id, position } of changes.moved) update(id, 'position', (entity) => ({ ...entity, position }))
  return fault
}

const classify = (touched: Touched, entities: Map<string, SyncEntity>) => {
  const [created, updated, removed]: [string[], string[], string[]] = [[], [], []]
  for (const [id, before] of touched) {
    const after = entities.get(id)
    if (before === after) continue
    ;(before === undefined ? created : after === undefined ? removed : updated).push(id)
  }
  return { created, updated, removed, before: touched }
}

const placesOf = (touched: Touched, entities: Map<string, SyncEntity>): Position[] =>
  [...touched].flatMap(([id, before]) => {
    const after = entities.get(id)
    return [...(before ? [before.position] : []), ...(after ? [after.position] : [])]
  })

const summary = (frames: readonly Frame[]) => {
  const last = frames.at(-1)!
  return {
    entered: frames.flatMap(({ changes }) => changes.entered),
    left: frames.flatMap(({ changes }) => changes.left),
    tick: last.tick,
    ticks: frames.reduce((sum, { ticks }) => sum + ticks, 0),
    ...(last.timestamp !== undefined && { timestamp: last.timestamp }),
    isReset: false,
  }
}
