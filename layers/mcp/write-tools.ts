import * as z from 'zod'
import { chronicleEventSchema } from '#chronicle/schemas'
import {
  classTypeSchema,
  jsonObjectSchema,
  labelSchema,
  nameSchema,
  positionSchema,
  relationshipTypeSchema,
  rotationSchema,
  scaleSchema,
  strengthSchema,
  tagsSchema,
} from '#world/schemas'
import { type ApiCall, ask, path } from './api-caller.ts'
import { namedWorld, pathId, wholeNumber, world } from './fields.ts'
import { chooseLanding, type Landing, landingFields } from './landing.ts'
import { type Tool, type ToolAnswer, tool } from './tool.ts'

const common = {
  world,
  ...landingFields,
  requestId: z
    .string('must be text')
    .regex(/^[\x21-\x7e]{1,256}$/, 'must have 1 to 256 visible ASCII characters')
    .optional()
    .meta({ description: 'Of your choice: the same id again in the same world is applied once' }),
}

const landsInFork =
  ' Lands in a fork of the world, which the answer names; the world itself stays as it is unless inPlace is true.'

interface WriteDefinition<Fields extends z.ZodRawShape> {
  name: string
  title: string
  description: string
  kind: 'write' | 'destroy'
  fields: Fields
  /** The request, to the world that the write lands in. */
  request(args: z.output<z.ZodObject<Fields>>, world: string): ApiCall
}

const writeTool = <Fields extends z.ZodRawShape>(definition: WriteDefinition<Fields>): Tool => {
  const { name, title, description, kind, fields, request } = definition
  return tool({
    ...{ name, title, kind },
    description: description + landsInFork,
    input: z.strictObject({ ...common, ...fields }) as z.ZodObject,
    run: async (context, given) => {
      const args = given as z.output<z.ZodObject<typeof common>>
      const landing = await chooseLanding(context, args)
      const call = request(given as z.output<z.ZodObject<Fields>>, landing.world)
      return landed(landing, await ask(context.api, { ...call, requestId: args.requestId }))
    },
  })
}

const landed = ({ world, forkOf, isNew }: Landing, answer: Record<string, unknown>): ToolAnswer => {
  const isWaiting = answer.status === 'waiting' || /^Accepted/.test(String(answer.message))
  const done = isWaiting ? 'Accepted, and applied when the database is back:' : 'Landed in'
  if (forkOf === undefined)
    return { text: `${done} ${world} itself.`, content: { landedIn: { world, inPlace: true }, answer } }
  const seeDiff = { tool: 'diff', arguments: { a: forkOf, b: world } }
  return {
    text: `${done} ${world}, ${isNew ? 'a new' : 'a'} fork of ${forkOf}; ${forkOf} itself is unchanged. The tool diff with a=${forkOf}, b=${world} shows what differs.`,
    content: { landedIn: { world, inPlace: false, forkOf, isNew }, seeDiff, answer },
  }
}

const id = pathId('Of the entity')
const type = z
  .string('must be text')
  .regex(/^[A-Z][A-Za-z0-9_]{0,63}$/, 'must be a capital letter, then letters, digits or _, 64 at most')
  .meta({ description: 'Component type; describe_world lists them' })
const data = jsonObjectSchema.meta({ description: 'As the JSON Schema of the type says' })

const putEntity = writeTool({
  name: 'put_entity',
  title: 'Make an entity exactly this',
  description:
    'Creates an entity, or replaces one of that id: what is left out takes its default (but components, which stay). To change one thing, use merge_component or entity_command.',
  kind: 'destroy',
  fields: {
    id,
    name: nameSchema.optional(),
    classType: classTypeSchema.optional(),
    position: positionSchema.optional(),
    rotation: rotationSchema.optional(),
    scale: scaleSchema.optional(),
    tags: tagsSchema.optional(),
    parameters: jsonObjectSchema.optional(),
    components: z
      .record(type, data)
      .optional()
      .meta({ description: 'All that it shall have, by type; absent: it keeps those that it has' }),
  },
  request: ({ id, name, classType, position, rotation, scale, tags, parameters, components }, world) => ({
    method: 'PUT',
    path: path`/worlds/${world}/entities/${id}`,
    body: { name, classType, position, rotation, scale, tags, parameters, components },
  }),
})

const deleteEntity = writeTool({
  name: 'delete_entity',
  title: 'Delete an entity',
  description: 'Deletes an entity; its relationships stay, dangling, and its history can still be read.',
  kind: 'destroy',
  fields: { id },
  request: ({ id }, world) => ({ method: 'DELETE', path: path`/worlds/${world}/entities/${id}` }),
})

const setComponent = writeTool({
  name: 'set_component',
  title: 'Set a component',
  description: 'Makes a component of an entity exactly this data.',
  kind: 'destroy',
  fields: { id, type, data },
  request: ({ id, type, data }, world) => ({
    ...{ method: 'PUT', path: path`/worlds/${world}/entities/${id}/components/${type}`, body: data },
  }),
})

const mergeComponent = writeTool({
  name: 'merge_component',
  title: 'Change fields of a component',
  description: 'Changes some fields of a component, or makes it (JSON Merge Patch: null removes a field).',
  kind: 'write',
  fields: { id, type, patch: jsonObjectSchema.meta({ description: 'JSON Merge Patch' }) },
  request: ({ id, type, patch }, world) => ({
    ...{ method: 'PATCH', path: path`/worlds/${world}/entities/${id}/components/${type}`, body: patch },
  }),
})

const removeComponent = writeTool({
  name: 'remove_component',
  title: 'Remove a component',
  description: 'Removes a component of an entity; nothing happens where it has none.',
  kind: 'destroy',
  fields: { id, type },
  request: ({ id, type }, world) => ({
    ...{ method: 'DELETE', path: path`/worlds/${world}/entities/${id}/components/${type}` },
  }),
})

const ends = {
  source: pathId('Id of the entity it comes from'),
  target: pathId('Id of the entity it leads to'),
  type: relationshipTypeSchema,
}

const relate = writeTool({
  name: 'relate',
  title: 'Relate two entities',
  description:
    'Makes the relationship of that type from source to target exactly this. The type hierarchy makes the source the parent of the target.',
  kind: 'write',
  fields: { ...ends, strength: strengthSchema.optional(), label: labelSchema.optional() },
  // our own routes put none: this is the bridge that engines speak to
  request: ({ source, target, type, strength, label }, world) => ({
    method: 'POST',
    path: '/eustress/ingest/connection',
    body: {
      space_name: world,
      connection: { source_id: source, target_id: target, connection_type: type, strength, label },
    },
  }),
})

const unrelate = writeTool({
  name: 'unrelate',
  title: 'End a relationship',
  description: 'Deletes the relationship of that type from source to target.',
  kind: 'destroy',
  fields: ends,
  request: ({ source, target, type }, world) => ({
    ...{ method: 'DELETE', path: path`/worlds/${world}/relationships`, query: { source, target, type } },
  }),
})

const entityCommand = writeTool({
  name: 'entity_command',
  title: 'Command an entity in the simulation',
  description:
    'One of setActivity {value, rampTicks}, spawn {position, name, classType, parameters}, despawn {}, freeze {frozen}, setJitter {value}, move {position}.',
  kind: 'destroy',
  fields: {
    id,
    cmd: z.enum(['setActivity', 'spawn', 'despawn', 'freeze', 'setJitter', 'move']),
    params: jsonObjectSchema.optional(),
  },
  request: ({ id, cmd, params }, world) => ({
    ...{ method: 'POST', path: path`/entity/${id}/command`, query: { world }, body: { cmd, params } },
  }),
})

const recordEvents = writeTool({
  name: 'record_events',
  title: 'Record events of the story',
  description:
    'Tells a chronicle what happened: 1 to 100 events, all or none. Each needs an id of yours, timestamp (of the story), eventType, summary and action; give actors, valence (what they feel for each other, by change) and causality where you know them. The chronicle is made by its first event.',
  kind: 'write',
  fields: {
    chronicle: pathId('Id of the chronicle'),
    events: z
      .array(chronicleEventSchema, 'must be an array of events')
      .min(1, 'must have at least one event')
      .max(100, 'must have at most 100 events'),
  },
  request: ({ chronicle, events }, world) => ({
    ...{
      method: 'POST',
      path: path`/api/chronicles/${chronicle}/events`,
      query: { world },
      body: { events },
    },
  }),
})

const makeFork = tool({
  name: 'make_fork',
  title: 'Fork a world',
  description:
    'Makes a world that begins as another one stands, or stood at a seq: what if this had gone otherwise? Needs the scope world:admin. Name it by the argument fork of the tools that write.',
  input: z.strictObject({
    world,
    name: namedWorld('Of the fork'),
    atSeq: wholeNumber(0, 999_999_999_999_999).optional().meta({ description: 'Default: as it stands' }),
  }),
  kind: 'write',
  run: async ({ api }, body) => {
    const content = await ask(api, { method: 'POST', path: '/admin/fork', body })
    return { text: `${body.name} is a fork of ${body.world}`, content }
  },
})

export const writeTools: Tool[] = [
  ...[makeFork, putEntity, deleteEntity, setComponent, mergeComponent, removeComponent],
  ...[relate, unrelate, entityCommand, recordEvents],
]
