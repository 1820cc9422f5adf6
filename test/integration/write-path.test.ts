import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPool, inTenantTransaction } from '#platform/postgres/pool'
import type { Command, WriteOutcome } from '#world/commands'
import { listEntities } from '#world/read/entities'
import { readHierarchy } from '#world/read/hierarchy'
import { listRelationships } from '#world/read/relationships'
import type { WriteContext } from '#world/write'
import { createWorldWriter, type WorldWriter, writerPoolOptions } from '#world/writer'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
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
    const stretches = Array.from({ length: Math.ceil(models.length / 50) }, (_, index) => index * 50)
    await Promise.all(
      [0, 1, 2, 3].map(async (lane) => {
        for (const start of stretches.filter((_, index) => index % 4 === lane)) {
          await inWorld(async (client) => {
            for (const [offset, past] of models.slice(start, start + 50).entries()) {
              await expectModel(client, worldId, start + offset, past)
            }
          })
        }
      }),
    )
  }, 300_000)
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
