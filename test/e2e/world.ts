import { randomUUID } from 'node:crypto'
import type { Scope } from '#platform/auth/principal'
import type { Answer, Call } from './target.ts'

/** A world of its own for each test, also where the target is not fresh. */
export const worldName = (what: string): string => `${what}-${randomUUID().slice(0, 8)}`

/** Whose worlds most tests use. */
export const tenant = 'acme'

/** A tenant that the target must limit to two requests at once and one a second, each with a short body. */
export const limitedTenant = 'miser'

const bodyBytes = 4 * 1024 * 1024

/** What a target must be told of tenants' limits. */
export const tenantLimits = {
  default: { requestsPerSecond: 1_000, burst: 2_000, bodyBytes },
  tenants: { [limitedTenant]: { requestsPerSecond: 1, burst: 2, bodyBytes: 1_000 } },
}

export const everything: Scope[] = ['world:read', 'world:write', 'world:admin']

/** At the origin, unless `entity` says something else. */
export const putEntity = (call: Call, world: string, id: string, entity: object = {}): Promise<Answer> =>
  call('POST', '/eustress/ingest/entity', {
    space_name: world,
    entity: { id, position: [0, 0, 0], ...entity },
  })

export const setParameter = (
  call: Call,
  { world, id, name, value }: { world: string; id: string; name: string; value: number },
  headers?: Record<string, string>,
): Promise<Answer> =>
  call(
    'POST',
    '/eustress/ingest/parameter',
    { space_name: world, entity_id: id, parameter_name: name, value },
    headers,
  )
