import { coordinateLimitUnits } from '#octree/region'
import { bytesOfId } from '#platform/arrays/id-table'
import { bodyTraits, traitAfter } from '#world/body'
import type { Entity, EventData, Json, WorldEvent } from '#world/event'
import { applySettings } from '#world/settings'
import { addBody, findBody, flag, removeBody, setPosition, setTraits, setVelocity } from './bodies.ts'
import { gammaUnder, takeUpCommit } from './gamma.ts'
import { removeEdge, setEdge } from './hierarchy.ts'
import type { Simulation } from './simulation.ts'
import { loosen, loosenRemoved } from './space.ts'

/**
 * Applies one event of the log at a tick's beginning and advances the seq. What the event says wins over
 * what the simulation has: a body that is created again starts anew, a written position moves the body there
 * with its velocity, `move` stops it there. A trait whose parameter is removed falls back to the world's
 * default of that moment; a changed default holds for entities that are created later.
 */
export const applyEvent = (simulation: Simulation, event: WorldEvent): void => {
  simulation.seq = event.seq
  switch (event.type) {
    case 'world.created.v1':
    case 'world.forked.v1':
      return
    case 'commit.entries.v1':
      if (simulation.gamma !== undefined && takeUpCommit(simulation.gamma, event.data))
        simulation.work.accelerationsCurrent = false
      return
    case 'world.settings_changed.v1':
      simulation.settings = applySettings(simulation.settings, event.data.changes)
      simulation.gamma = gammaUnder(simulation.settings, simulation.gamma)
      simulation.work.accelerationsCurrent = false
      return
    case 'entity.created.v1':
      return createBody(simulation, event.data.entity)
    case 'entity.updated.v1':
      return updateBody(simulation, event.entityId!, event.data)
    case 'entity.moved.v1':
      return moveBody(simulation, event.entityId!, event.data.position)
    case 'entity.deleted.v1':
      return deleteBody(simulation, event.entityId!)
    case 'relationship.created.v1': {
      const { type, sourceId, targetId, strength } = event.data.relationship
      return type === 'hierarchy' ? changeEdge(simulation, sourceId, targetId, strength) : undefined
    }
    case 'relationship.updated.v1': {
      const { type, sourceId, targetId } = event.data.relationship
      const strength = event.data.changes.find(({ field }) => field === 'strength')?.newValue
      return type === 'hierarchy' && typeof strength === 'number'
        ? changeEdge(simulation, sourceId, targetId, strength)
        : undefined
    }
    case 'relationship.deleted.v1': {
      const { type, sourceId, targetId } = event.data.relationship
      if (type !== 'hierarchy') return
      removeEdge(simulation.hierarchy, sourceId, targetId)
      simulation.work.accelerationsCurrent = false
    }
  }
}

/** The traits that parameters make, by name. */
const traitNames = ['activity', 'mass', 'jitter', 'anchored'] as const

const createBody = (simulation: Simulation, { id, position, parameters }: Entity): void => {
  if (!isPosition(position)) return
  const { bodies, settings, hierarchy } = simulation
  const known = findBody(bodies, id)
  const body = known === -1 ? addBody(bodies, ...bytesOfId(id)) : known
  setPosition(bodies, body, position)
  setVelocity(bodies, body, 0, 0, 0)
  setTraits(bodies, body, bodyTraits(parameters, settings.physics))
  bodies.ramps.delete(id)
  simulation.removed.delete(id)
  if (known === -1) hierarchy.resolved = false
  if (known !== -1 || !simulation.firstRowsHold) markDirty(simulation, body)
  displaced(simulation, body)
}

const updateBody = (
  simulation: Simulation,
  id: string,
  { changes, ramp }: EventData['entity.updated.v1'],
): void => {
  const { bodies } = simulation
  const body = findBody(bodies, id)
  if (body === -1) return
  for (const { field, newValue } of changes) {
    const trait = traitNames.find((name) => field === `parameters.${name}`)
    if (trait === 'activity') changeActivity(simulation, id, body, newValue, ramp?.ticks ?? 0)
    else if (trait !== undefined) changeTrait(simulation, body, trait, newValue)
    else if (field === 'position' && isPosition(newValue)) {
      setPosition(bodies, body, newValue)
      displaced(simulation, body)
    } else continue
    markDirty(simulation, body)
  }
}

/** Whatever says what the activity is ends the ramp that it is on. */
const changeActivity = (
  simulation: Simulation,
  id: string,
  body: number,
  value: Json | undefined,
  rampTicks: number,
): void => {
  const { bodies, settings } = simulation
  const target = traitAfter('activity', value, settings.physics)
  bodies.ramps.delete(id)
  if (rampTicks > 0 && target !== bodies.activity[body])
    bodies.ramps.set(id, { target, ticksLeft: rampTicks })
  else changeTrait(simulation, body, 'activity', value)
}

const changeTrait = (
  { bodies, settings, work }: Simulation,
  body: number,
  trait: (typeof traitNames)[number],
  value: Json | undefined,
): void => {
  work.accelerationsCurrent = false
  setTraits(bodies, body, {
    activity: bodies.activity[body],
    mass: bodies.mass[body],
    jitter: bodies.jitter[body],
    anchored: (bodies.flags[body] & flag.anchored) !== 0,
    [trait]: traitAfter(trait, value, settings.physics),
  })
}

const moveBody = (simulation: Simulation, id: string, position: number[]): void => {
  const body = findBody(simulation.bodies, id)
  if (body === -1 || !isPosition(position)) return
  setPosition(simulation.bodies, body, position)
  setVelocity(simulation.bodies, body, 0, 0, 0)
  markDirty(simulation, body)
  displaced(simulation, body)
}

const deleteBody = (simulation: Simulation, id: string): void => {
  const body = findBody(simulation.bodies, id)
  simulation.firstRowsHold = false
  simulation.removed.add(id)
  simulation.hasDirty = true
  if (body === -1) return
  simulation.bodies.ramps.delete(id)
  removeBody(simulation.bodies, body)
  simulation.hierarchy.resolved = false
  loosenRemoved(simulation.work.space, body, simulation.bodies.count)
  simulation.work.accelerationsCurrent = false
}

/** A body is somewhere else than before, or new. */
const displaced = ({ bodies, work }: Simulation, body: number): void => {
  loosen(work.space, body, bodies.count)
  work.accelerationsCurrent = false
}

const changeEdge = (simulation: Simulation, parentId: string, childId: string, strength: number): void => {
  setEdge(simulation.hierarchy, parentId, childId, strength)
  simulation.work.accelerationsCurrent = false
}

const markDirty = (simulation: Simulation, body: number): void => {
  simulation.bodies.flags[body] |= flag.dirty
  simulation.hasDirty = true
}

// The edge refuses anything else; a log that holds it all the same must not stop the world for ever.
const isPosition = (value: unknown): value is [number, number, number] =>
  Array.isArray(value) &&
  value.length === 3 &&
  value.every((coordinate) => typeof coordinate === 'number' && Math.abs(coordinate) < coordinateLimitUnits)
