import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import type pg from 'pg'
import type { Command } from '#world/commands'
import type { ComponentTypeDefinition } from '#world/component-types/definition'
import type { JsonObject } from '#world/event'
import type { SnapshotEdge, SnapshotEntity, WorldSnapshot } from '#world/query/evaluate/snapshot'
import type { WorldWriter } from '#world/writer'
import { classes, edgeTypes, ids, json, names, smallNumber, tags } from './random-queries.ts'

const object = fc.dictionary(fc.constantFrom('a', 'b', '0', 'odd key', 'name'), json, {
  maxKeys: 3,
  noNullPrototype: true,
})
const health = fc.record(
  { current: fc.constantFrom(0, 1, 3, 5, 10), max: fc.constantFrom(5, 10) },
  { requiredKeys: ['current'], noNullPrototype: true },
)
const inventory = fc.record(
  {
    items: fc.array(
      fc.record(
        { name: fc.constantFrom('sword', 'a', 'b'), quantity: fc.constantFrom(1, 2) },
        { noNullPrototype: true },
      ),
      { maxLength: 2 },
    ),
    gold: fc.constantFrom(0, 1, 3, 5),
  },
  { requiredKeys: ['items'], noNullPrototype: true },
)
const status = fc.record({ state: fc.constantFrom('alive', 'dead', 'Gandalf') }, { noNullPrototype: true })
// its hot fields are a number and a text, the others of any kind; what queries ask of both is of any kind
const misc = fc.record(
  {
    n: fc.constantFrom(-1.5, 0, 0.1, 1, 2, 3, 5),
    t: fc.constantFrom('', 'a', 'b', 'alive', 'Gandalf'),
    a: json,
    '0': json,
  },
  { requiredKeys: [], noNullPrototype: true },
)
const miscSchema = {
  type: 'object',
  properties: { n: { type: 'number' }, t: { type: 'string', maxLength: 16 } },
}

const components = fc.record(
  { Health: health, Inventory: inventory, Status: status, Misc: misc },
  { requiredKeys: [], noNullPrototype: true },
)
const coordinate = fc.constantFrom(-10, -5, -1.5, 0, 0.1, 1, 2, 5, 10)
const id = fc.constantFrom(...ids)

const putEntity = fc
  .record({
    id,
    name: fc.constantFrom(...names),
    classType: fc.constantFrom(...classes),
    position: fc.tuple(coordinate, coordinate, coordinate),
    rotation: fc.constant<[number, number, number, number]>([0, 0, 0, 1]),
    scale: fc.constantFrom<[number, number, number]>([1, 1, 1], [2, 5, 1]),
    tags: fc.subarray(tags),
    parameters: fc
      .tuple(object, fc.option(fc.constantFrom(0, 0.5, 1, 2), { nil: undefined }))
      .map(([o, activity]) => (activity === undefined ? o : { ...o, activity })),
    extra: object,
    components,
  })
  .map((entity) => ({ kind: 'put-entity', entity }) as unknown as Command)

const key = fc.record({
  sourceId: fc.oneof(id, fc.constant('nobody')),
  targetId: id,
  type: fc.constantFrom('hierarchy', ...edgeTypes),
})
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 3, arbitrary: putEntity },
  {
    weight: 5,
    arbitrary: fc.tuple(key, smallNumber).map(
      ([edge, strength]): Command => ({
        kind: 'put-relationship',
        relationship: { ...edge, strength, label: null, data: {} },
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: key.map((relationship): Command => ({ kind: 'delete-relationship', relationship })),
  },
  { weight: 1, arbitrary: id.map((entityId): Command => ({ kind: 'delete-entity', entityId })) },
  {
    weight: 1,
    arbitrary: fc.tuple(id, misc).map(
      ([entityId, data]): Command => ({
        kind: 'set-component',
        entityId,
        type: 'Misc',
        data: data as JsonObject,
      }),
    ),
  },
)

/** What becomes of a world, request by request. */
export const worldHistory = fc.tuple(
  fc.array(putEntity, { minLength: 10, maxLength: 14 }),
  fc.array(command, { minLength: 40, maxLength: 60 }),
)

const register = (type: string, schema: JsonObject, hot: ComponentTypeDefinition['hot']): Command => ({
  kind: 'register-component-type',
  definition: { type, version: 1, schema, needs: [], excludes: [], sensitive: false, hot },
})
const registrations = [
  register('Misc', miscSchema, { number: 'n', text: 't' }),
  register('Missing', { type: 'object' }, {}),
]

/** Writes it, one command after the other; what is refused is left out. Answers the world's id and last seq. */
export const writeHistory = async (
  writer: WorldWriter,
  tenantId: string,
  world: string,
  [first, then]: [Command[], Command[]],
): Promise<{ worldId: string; seq: number }> => {
  const created = await writer.write({ tenantId, world, requestId: randomUUID(), commands: registrations })
  if (created.status !== 'applied') throw new Error(JSON.stringify(created))
  let seq = created.seq
  for (const one of [...first, ...then]) {
    const written = await writer.write({ tenantId, world, requestId: randomUUID(), commands: [one] })
    if (written.status === 'applied') seq = written.seq
  }
  return { worldId: created.worldId, seq }
}

const at = (columns: string, table: string, history: string) => `
  SELECT ${columns} FROM ${table} WHERE world_id = $1 AND from_seq <= $2
  UNION ALL SELECT ${columns} FROM ${history} WHERE world_id = $1 AND from_seq <= $2 AND to_seq > $2`

/** The world as of a seq, from its tables: `client` is above row security. */
export const readSnapshot = async (
  client: pg.ClientBase,
  worldId: string,
  seq: number,
): Promise<WorldSnapshot> => {
  const values = [worldId, seq]
  const entities = await client.query(
    at(
      `entity_id AS id, name, class_type AS "classType", archetype, flux_position AS flux, activity, tags, array[x, y, z] AS position`,
      'entities',
      'entity_history',
    ),
    values,
  )
  const components = await client.query(
    at('entity_id, component_type, data', 'components', 'component_history'),
    values,
  )
  const edges = await client.query<SnapshotEdge>(
    at(
      `source_id AS "sourceId", target_id AS "targetId", type, strength`,
      'relationships',
      'relationship_history',
    ),
    values,
  )
  const byId = new Map<string, SnapshotEntity>(
    entities.rows.map((row) => [row.id, { ...row, components: {} }]),
  )
  for (const { entity_id, component_type, data } of components.rows)
    byId.get(entity_id)!.components[component_type] = data
  return { entities: [...byId.values()], relationships: edges.rows }
}
