import type { APIGatewayProxyEvent } from 'aws-lambda'
import type pg from 'pg'
import { toAuthorizerContext } from '#platform/auth/authorizer-context'
import { localPrincipal } from '#platform/auth/principal'
import { inTenantTransaction } from '#platform/postgres/pool'
import { readEntity } from '#world/read/entities'
import { findWorld } from '#world/read/worlds'
import { oneState } from '../../functions/api-context.ts'
import type { Api } from '../../functions/create-api.ts'
import { seeded } from './api-stage.ts'
import { type EcsWorld, entityId } from './ecs-world.ts'
import { atMost, type BenchResult, figure } from './harness.ts'
import { repeatedP95 } from './percentile.ts'

const runs = 400

/** Reads of entities that are picked at random, whole, as the API does it, and through its handler; no cache. */
export const benchReads = async (readers: pg.Pool, api: Api, world: EcsWorld): Promise<BenchResult> => {
  const random = seeded(1)
  const someId = () => entityId(1 + Math.floor(random() * world.entities))
  const read = await repeatedP95('entity read, p95', runs, () => readOne(readers, world, someId()))
  const handled = await repeatedP95('entity read, p95, HTTP handler', runs, () =>
    get(api, `/worlds/${world.name}/entities/${someId()}`),
  )
  return {
    figures: [
      read.p95,
      figure('entity read, p50', 'ms', [read.p50]),
      handled.p95,
      figure('entity read, p50, HTTP handler', 'ms', [handled.p50]),
    ],
    goals: [
      atMost('entity read p95, ms', read.p95.median, 5),
      atMost('entity read p95, HTTP handler, ms', handled.p95.median, 5),
    ],
  }
}

const readOne = (readers: pg.Pool, { tenantId, name }: EcsWorld, id: string): Promise<void> =>
  inTenantTransaction(
    readers,
    tenantId,
    async (client) => {
      const { worldId } = (await findWorld(client, tenantId, name))!
      const entity = await readEntity(client, worldId, id, null)
      if (Object.keys(entity?.components ?? {}).length !== 4) throw new Error(`${id} is not as it was made`)
    },
    oneState,
  )

const get = async (api: Api, path: string): Promise<void> => {
  const { statusCode, body } = await api.handler({
    ...{ httpMethod: 'GET', path, headers: {}, multiValueHeaders: {}, body: null, isBase64Encoded: false },
    ...{ queryStringParameters: null, multiValueQueryStringParameters: null, resource: '/{proxy+}' },
    requestContext: { path: `/v1${path}`, authorizer: toAuthorizerContext(localPrincipal) },
  } as unknown as APIGatewayProxyEvent)
  if (statusCode !== 200) throw new Error(`${statusCode} ${body}`)
}
