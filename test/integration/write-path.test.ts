import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyEvent } from '#physics/apply'
import { findBody } from '#physics/bodies'
import { createPool, inTenantTransaction } from '#platform/postgres/pool'
import { readEvents } from '#relay/read-events'
import type { Command, WriteOutcome } from '#world/commands'
import type { Json, JsonObject } from '#world/event'
import { listEntities } from '#world/read/entities'
import { readHierarchy } from '#world/read/hierarchy'
import { listRelationships } from '#world/read/relationships'
import type { WriteContext } from '#world/write'
import { createWorldWriter, type WorldWriter, writerPoolOptions } from '#world/writer'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { emptySimulation, entity } from '../support/physics-events.ts'
import { command } from '../support/random-commands.ts'
import { applyToModel, canonical, emptyModel, keyOf, type WorldModel } from '../support/world-model.ts'

let database: TestDatabase
let pool: pg.Pool
let readers: pg.Pool
let writer: WorldWriter

beforeAll(async () => {
  database = await createTestDatabase()
  pool = createPool({
    ...writerPoolOptions,
    connectionString: database.url('orrery_app'),
    applicationName: 'test-writer',
  })
  readers = database.pool('orrery_app')
  writer = createWorldWriter(contextOf(pool))
})

afterAll(async () => {
  await pool?.end()
  await database?.drop()
})

const contextOf = (pool: pg.Pool): WriteContext => ({
  pool,
  doorbell: { beforeCommit: async () => {}, afterCommit: () => {} },
  now: () => new Date(),
  newId: uuidv7,
})

const write = (world: string, commands: Command[], requestId: string = randomUUID()): Promise<WriteOutcome> =>
  writer.write({ tenantId: 'local', world, requestId, commands })

const wholeWorld = async (client: pg.PoolClient, worldId: string, asOf: number | null) => ({
  entities: await listEntities(client, worldId, {}, asOf, '', 1_000),
  relationships: await listRelationships(
    client,
    worldId,
    {},
    asOf,
    { sourceId: '', targetId: '', type: '' },
    10_000,
  ),
  hierarchy: await readHierarchy(client, worldId, asOf),
})

const expectModel = async (
  client: pg.PoolClient,
  worldId: string,
  asOf: number | null,
  model: WorldModel,
): Promise<void> => {
  const world = await wholeWorld(client, worldId, asOf)
  const entities = world.entities.map(
    ({ archetype, fluxPosition, seq, createdAt, updatedAt, ...entity }) => entity,
  )
  const found = {
    entities: Object.fromEntries(entities.map((entity) => [entity.id, entity])),
    relationships: Object.fromEntries(world.relationships.map(({ seq, ...rest }) => [keyOf(rest), rest])),
    parents: Object.fromEntries(world.hierarchy.parents),
  }
  const expected = {
    entities: Object.fromEntries(model.entities),
    relationships: Object.fromEntries(model.relationships),
    parents: parentsOf(model),
  }
  // the texts are compared first: a deep comparison that explains itself takes longer than the reads
  if (canonical(found) !== canonical(expected)) expect(found).toEqual(expected)
}

/** The hierarchy takes an edge where both of its ends exist. */
const parentsOf = ({ entities, relationships }: WorldModel) =>
  Object.fromEntries(
    [...relationships.values()]
      .filter(
        ({ type, sourceId, targetId }) =>
          type === 'hierarchy' && entities.has(sourceId) && entities.has(targetId),
      )
      .map(({ sourceId, targetId }) => [targetId, sourceId]),
  )

describe('the write path against a model', () => {
  it('answers every asOf read as the model does, after 10,000 random commands', async () => {
    const commands = fc.sample(command, { numRuns: 10_000, seed: 20_261_121 })
    const models: WorldModel[] = [emptyModel, emptyModel] // seq 1 is world.created
    let model: WorldModel = emptyModel
    let worldId = ''
    for (let start = 0; start < commands.length; ) {
      // requests of 1 to 40 commands: each is applied whole or refused whole
      const request = commands.slice(start, start + 1 + (start % 40))
      start += request.length
      const outcome = await write('modelled', request)
      const expected = applyAll(model, request)
      if (typeof expected === 'string') {
        expect(outcome).toMatchObject({ status: 'refused', refusal: { code: expected } })
        // so that refused batches do not starve the test, their commands go one by one as well
        for (const single of request) {
          const next = applyToModel(model, single)
          const answer = await write('modelled', [single])
          if (typeof next === 'string')
            expect(answer).toMatchObject({ status: 'refused', refusal: { code: next } })
          else {
            if (next !== model) models.push(next)
            model = next
            expect(answer).toMatchObject({ status: 'applied', seq: models.length - 1 })
          }
        }
      } else {
        models.push(...expected)
        model = expected.at(-1) ?? model
        expect(outcome).toMatchObject({ status: 'applied', events: expected.length, seq: models.length - 1 })
        if (outcome.status === 'applied') worldId = outcome.worldId
      }
    }
    expect(models.length).toBeGreaterThan(3_000)
    const inWorld = (read: (client: pg.PoolClient) => Promise<void>) =>
      inTenantTransaction(readers, 'local', read)
    await inWorld((client) => expectModel(client, worldId, null, model))
    const active = [...model.entities.values()].filter(({ parameters }) => isActive(parameters))
    expect(active.length).toBeGreaterThan(0)
    expect(await activeBodies(worldId)).toEqual({ kept: active.length, recount: active.length })
    // short enough for the limit of a transaction on a busy machine
    const stretch = 10
    const stretches = Array.from(
      { length: Math.ceil(models.length / stretch) },
      (_, index) => index * stretch,
    )
    await Promise.all(
      [0, 1, 2, 3].map(async (lane) => {
        for (const start of stretches.filter((_, index) => index % 4 === lane)) {
          await inWorld(async (client) => {
            for (const [offset, past] of models.slice(start, start + stretch).entries()) {
              await expectModel(client, worldId, start + offset, past)
            }
          })
        }
      }),
    )
  }, 300_000)
})

/** The world's defaults hold throughout: activity 0. */
const isActive = ({ activity }: JsonObject): boolean =>
  typeof activity === 'number' && activity > 0 && activity <= 1e9

const activeBodies = (worldId: string): Promise<{ kept: number; recount: number }> =>
  inTenantTransaction(readers, 'local', async (client) => {
    const recount =
      '(SELECT count(*) FROM entities e WHERE e.world_id = w.world_id AND e.activity > 0) AS recount'
    const text = `SELECT active_bodies AS kept, ${recount} FROM worlds w WHERE world_id = $1`
    return (await client.query(text, [worldId])).rows[0]
  })

describe('the count of active bodies', () => {
  const put = (id: string, parameters: JsonObject = {}): Command => ({
    kind: 'put-entity',
    entity: entity(id, [1, 2, 3], parameters),
  })
  const activity = (entityId: string, value: Json): Command => ({
    ...{ kind: 'set-parameter', name: 'activity' },
    ...{ entityId, value },
  })
  const defaultActivity = (value: number): Command => ({
    kind: 'change-settings',
    settings: { physics: { defaultActivity: value } },
  })

  it('is that of the physics after every event, whatever defaults held when', async () => {
    const ids = fc.constantFrom('a', 'b', 'c', 'd')
    const value = fc.constantFrom<Json>(0, 1, 2.5, -1, 'high', null)
    const step = fc.oneof(
      fc.tuple(ids, fc.dictionary(fc.constant('activity'), value)).map(([id, given]) => put(id, given)),
      fc.tuple(ids, value).map(([id, given]) => activity(id, given)),
      ids.map((entityId): Command => ({ kind: 'delete-entity', entityId })),
      fc.constantFrom(0, 0.5).map(defaultActivity),
    )
    const simulation = emptySimulation()
    let worldId = ''
    for (const [index, command] of fc.sample(step, { numRuns: 400, seed: 7 }).entries()) {
      const outcome = await write('counted', [command])
      if (outcome.status === 'refused') continue
      worldId = outcome.worldId
      const events = await inTenantTransaction(readers, 'local', (client) =>
        readEvents(client, outcome.worldId, simulation.seq, 10),
      )
      for (const event of events) applyEvent(simulation, event)
      const { active } = simulation.bodies
      expect(await activeBodies(worldId), `after step ${index}`).toEqual({ kept: active, recount: active })
    }
    const { rows } = await inTenantTransaction(readers, 'local', (client) =>
      client.query('SELECT entity_id, activity FROM entities WHERE world_id = $1', [worldId]),
    )
    expect(rows.length).toBeGreaterThan(0)
    for (const { entity_id, activity } of rows)
      expect(simulation.bodies.activity[findBody(simulation.bodies, entity_id)]).toBe(activity)
  })

  it('is as before after a request that was refused', async () => {
    const made = await write('refusing', [put('a', { activity: 1 })])
    const { worldId } = made as Extract<WriteOutcome, { status: 'applied' }>
    const refused = await write('refusing', [
      ...[put('b', { activity: 1 }), activity('a', 0), put('c', { activity: 3 })],
      { kind: 'delete-entity', entityId: 'nobody' },
    ])
    expect(refused.status).toBe('refused')
    expect(await activeBodies(worldId)).toEqual({ kept: 1, recount: 1 })
  })
})

/** The worlds after each command that changes something, or the first refusal. */
const applyAll = (model: WorldModel, commands: Command[]): WorldModel[] | string => {
  const after: WorldModel[] = []
  for (const command of commands) {
    const next = applyToModel(after.at(-1) ?? model, command)
    if (typeof next === 'string') return next
    if (next !== (after.at(-1) ?? model)) after.push(next)
  }
  return after
}
