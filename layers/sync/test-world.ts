import type { Entity, WorldEvent } from '#world/event'
import type { Position } from './facts.ts'
import type { Moves } from './frame.ts'
import type { LiveTick } from './live-ticks.ts'

const entityAt = (name: string, x: number): Entity => ({
  ...{ id: name, name, classType: 'Thing', position: [x, 0, 0], rotation: [0, 0, 0, 1], scale: [1, 1, 1] },
  ...{ tags: [], parameters: {}, extra: {} },
})

/** For tests: a world whose physics takes up what is written some time later, as the log and its holder tell it. */
export const createTestWorld = () => {
  const log: WorldEvent[] = []
  const written = new Map<string, { entity: Entity; putSeq: number }>()
  const bodies = new Map<string, Position>()
  const movedTick = new Map<string, number>()
  let taken = 0
  let tick = 0
  const append = (type: string, entityId: string, data: object) =>
    log.push({
      ...{ seq: log.length + 1, id: '', type, entityId, data, cause: {} },
      occurredAt: '2026-01-01T00:00:00.000Z',
    } as unknown as WorldEvent)
  const put = (name: string, x: number): void => {
    const entity = entityAt(name, x)
    const known = written.get(name)
    if (known === undefined) append('entity.created.v1', name, { entity })
    else {
      const changes = [{ entityId: name, field: 'position', newValue: entity.position }]
      append('entity.updated.v1', name, { changes })
    }
    written.set(name, { entity, putSeq: log.length })
  }
  const step = (takes: number, moves: [string, number][]): LiveTick => {
    for (const { type, entityId, data } of log.slice(taken, taken + takes)) {
      if (type === 'entity.deleted.v1') {
        bodies.delete(entityId!)
        movedTick.delete(entityId!)
      } else if (type === 'entity.created.v1') bodies.set(entityId!, data.entity.position)
      else if (type === 'entity.updated.v1') bodies.set(entityId!, data.changes[0]!.newValue as never)
    }
    taken = Math.min(log.length, taken + takes)
    tick++
    const moved = new Map<string, Position>()
    for (const [name, y] of moves) if (bodies.has(name)) moved.set(name, [bodies.get(name)![0], y, tick])
    for (const [name, place] of moved) {
      bodies.set(name, place)
      movedTick.set(name, tick)
    }
    return { tick, seq: taken, timestamp: '', ticks: 1, moves: moved, digests: [], isCut: false }
  }
  const state = (): Entity[] =>
    [...written]
      .map(([name, { entity, putSeq }]) =>
        putSeq > taken ? entity : { ...entity, position: [...bodies.get(name)!] as Entity['position'] },
      )
      .sort((a, b) => (a.id < b.id ? -1 : 1))
  const remove = (name: string): void => {
    if (written.delete(name)) append('entity.deleted.v1', name, {})
  }
  /** As the holder says it. */
  const movedSince = (after: number): { seq: number; moves: Moves } => ({
    seq: taken,
    moves: new Map([...bodies].filter(([name]) => (movedTick.get(name) ?? 0) > after)),
  })
  return { log, put, remove, step, state, movedSince, tick: () => tick }
}
