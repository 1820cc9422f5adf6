import { type ApiContext, readWorld } from '../api-context.ts'
import { askHolder, holderAddress } from './physics-client.ts'
import { physicsStarting, wantPhysics } from './want-physics.ts'

/** What the physics service that holds the world answers; undefined where none does, or none that is ready. */
export const fromHolder = async (
  context: ApiContext,
  tenantId: string,
  worldId: string,
  method: 'GET' | 'POST',
  path: string,
) => {
  const address = await holderAddress(context, tenantId, worldId)
  return address === undefined ? undefined : askHolder(address, method, `/worlds/${worldId}/${path}`)
}

/**
 * Its answer about the tenant's world of that name, for what nobody but a physics service can answer.
 *
 * @throws HttpProblem 404 where there is no such world; 503 where nobody holds it, and then it is noted that
 * somebody should.
 */
export const answerFromHolder = async (
  context: ApiContext,
  tenantId: string,
  name: string,
  method: 'GET' | 'POST',
  path: string,
) => {
  const { worldId } = await readWorld(context, tenantId, name, undefined, async (_, world) => world)
  const body = await fromHolder(context, tenantId, worldId, method, path)
  if (body !== undefined) return { status: 200, body }
  await wantPhysics(context, tenantId, worldId)
  throw physicsStarting(name)
}

/** Path and query of a question to the physics service; what is undefined is left out. */
export const search = (path: string, fields: Record<string, unknown>): string => {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  const texts = given.map(([name, value]): [string, string] => [name, String(value)])
  return `${path}?${new URLSearchParams(texts)}`
}
