import type { Simulation } from '#physics/simulation'
import { idString } from '#platform/arrays/id-table'
import type { EventBatch, WorldEvent } from '#world/event'

/** Bodies that people put elsewhere: so many events, as the queue delivers them after the last one applied. */
export const movedBodies = ({ bodies, worldId, tenantId, seq }: Simulation, count: number): EventBatch => {
  const stride = Math.floor(bodies.count / count)
  const move = (_: unknown, index: number): WorldEvent => {
    const body = index * stride
    return {
      ...{ seq: seq + 1 + index, id: '01890000-0000-7000-8000-000000000002', type: 'entity.moved.v1' },
      ...{ entityId: idString(bodies.ids, body), cause: {}, occurredAt: '2026-01-01T00:00:00.000Z' },
      data: { position: [bodies.x[body] + 1, bodies.y[body], bodies.z[body]], changes: [] },
    }
  }
  return {
    worldId,
    tenantId,
    fromSeq: seq + 1,
    toSeq: seq + count,
    events: Array.from({ length: count }, move),
  }
}
