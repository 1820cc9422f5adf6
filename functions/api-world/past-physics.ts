import { HttpProblem } from '#platform/http/problem'
import type { ApiContext } from '../api-context.ts'
import { askHolder, holderAddress } from './physics-client.ts'
import { physicsStarting, wantPhysics } from './want-physics.ts'

/** A world of a tenant, and the name by which it was asked for. */
export interface AskedWorld {
  tenantId: string
  worldId: string
  world: string
}

/** A moment of the simulation: after a tick, or after the last one (up to a tick) that had no event after a seq. */
export type PastMoment = { tick: number } | { seq: number; upToTick?: number | null }

interface PastPhysics {
  tick: number
  seq: number
  stateHash: string
  bodies: number
  active: number
  entities: {
    id: string
    position: number[]
    velocity: number[]
    mass: number
    activity: number
    jitter: number
    anchored: boolean
  }[]
  missing: string[]
}

/**
 * What the holder of the world rebuilds. Where nobody holds it, a physics service is asked for.
 *
 * @throws HttpProblem 503 where none can answer yet, 410 where the moment is not retained, 422 where it is to come.
 */
export const readPastPhysics = async (
  context: ApiContext,
  { tenantId, worldId, world }: AskedWorld,
  moment: PastMoment,
  entityIds: readonly string[],
): Promise<PastPhysics> => {
  if ('seq' in moment && moment.upToTick === null) throw notInherited(world)
  const address = await holderAddress(context, tenantId, worldId)
  const path = `/worlds/${worldId}/physics?${pastSearch(moment, entityIds)}`
  const past = address === undefined ? undefined : await askHolder(address, 'GET', path, { passOn503: true })
  if (past !== undefined) return past as PastPhysics
  await wantPhysics(context, tenantId, worldId)
  throw physicsStarting(world)
}

const notInherited = (world: string): HttpProblem =>
  new HttpProblem(
    410,
    'No longer retained',
    `When '${world}' was forked, no state of its parent could be rebuilt.`,
  )

const pastSearch = (moment: PastMoment, entityIds: readonly string[]): URLSearchParams => {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(moment)) if (value !== undefined) search.set(name, String(value))
  for (const id of entityIds) search.append('entity', id)
  return search
}

/** The body of an entity in the past; null, and why. */
export interface PastBody {
  physics: PastPhysics['entities'][number] | { tick: number } | null
  physicsAbsence?: 'not-asked' | 'no-body' | 'not-retained' | 'unavailable'
}

/**
 * The body as of a seq. The entity's own history needs no physics service, so that reading it does not fail with one:
 * only `wanted: 'true'` does, and only that has one started.
 *
 * @throws HttpProblem 503 where it is wanted and no physics service can answer yet.
 */
export const readPastBody = async (
  context: ApiContext,
  asked: AskedWorld,
  entityId: string,
  moment: Extract<PastMoment, { seq: number }>,
  wanted: 'true' | 'false' | undefined,
): Promise<PastBody> => {
  if (wanted === 'false') return absent('not-asked')
  if (wanted === undefined && (await holderAddress(context, asked.tenantId, asked.worldId)) === undefined)
    return absent('unavailable')
  try {
    const { tick, entities } = await readPastPhysics(context, asked, moment, [entityId])
    const [body] = entities
    if (body === undefined) return absent('no-body')
    const { id: _, ...physics } = body
    return { physics: { tick, ...physics } }
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error
    if (error.status === 410) return absent('not-retained')
    if (wanted === 'true') throw error
    return absent('unavailable')
  }
}

const absent = (physicsAbsence: NonNullable<PastBody['physicsAbsence']>): PastBody => ({
  physics: null,
  physicsAbsence,
})
