import * as z from 'zod'
import { modalities } from '#chronicle/chronicle-event'
import { findChronicle } from '#chronicle/read/chronicles'
import { listChronicleEvents } from '#chronicle/read/events'
import { storyTimeSchema } from '#chronicle/schemas'
import { storyTimeMs } from '#chronicle/story-time'
import { route } from '#platform/http/route'
import { isStorableText } from '#world/json'
import { type ApiContext, decodeCursor, nextLink, readWorld } from '../api-context.ts'
import { worldField } from '../api-ledger/schemas.ts'
import { asOf, cursor, limit } from '../api-world/schemas.ts'
import { noChronicle } from './chronicle-routes.ts'
import { degradation, degradedField } from './degradation.ts'
import { chroniclePath, eventRecordSchema, worldOf } from './schemas.ts'

const text = (maxLength: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(maxLength, `must have at most ${maxLength} characters`)
    .refine(isStorableText, 'must be text without U+0000 and without lone surrogates')

const listQuery = z.strictObject({
  ...{ world: worldField, limit, cursor, asOf },
  from: storyTimeSchema.optional(),
  to: storyTimeSchema.optional(),
  type: text(256).optional(),
  action: text(256).optional(),
  actor: text(1_024).optional().meta({ description: 'Name or entity id' }),
  keyword: text(256).optional(),
  modality: z.enum(modalities, `must be one of ${modalities.join(', ')}`).optional(),
  source: text(256).optional(),
  q: text(1_024).optional().meta({
    description:
      'Words as of a web search: `lamp -oil "old harbour"`; in summary, names, keywords, and texts of data',
  }),
  order: z
    .enum(['asc', 'desc'], 'must be asc or desc')
    .default('asc')
    .meta({ description: 'Of the story’s time' }),
})

export const listRoute = route<ApiContext, typeof chroniclePath, typeof listQuery, never>({
  method: 'GET',
  path: '/api/chronicles/{id}/events',
  operationId: 'listChronicleEvents',
  summary: 'Events in order of the story’s time, filtered; without those that are retracted',
  pathSchema: chroniclePath,
  querySchema: listQuery,
  responses: {
    200: {
      description: 'Events; seq: what was read',
      schema: z.object({ seq: z.int(), events: z.array(eventRecordSchema), degraded: degradedField }),
    },
  },
  handle: async (context, input) => {
    const { tenantId, path, query, url } = input
    const { asOf: seq, order, limit: count, cursor: position, world: _, ...filter } = query
    const world = worldOf(input)
    const after = decodeCursor(position, parsePosition)
    return readWorld(
      context,
      tenantId,
      world,
      seq,
      async (client, found) => {
        const moment = seq ?? null
        if (!(await findChronicle(client, found.worldId, path.id, moment))) throw noChronicle(path.id, world)
        const page = { order, after, limit: count + 1 }
        const events = await listChronicleEvents(client, found.worldId, path.id, filter, moment, page)
        const answered = events.slice(0, count)
        const last = answered.at(-1)
        const headers = events.length > answered.length ? nextLink(url, [last!.timestamp, last!.id]) : {}
        const degraded = await degradation(client, found.worldId)
        return { status: 200, headers, body: { seq: seq ?? found.seq, events: answered, ...degraded } }
      },
      { kinds: ['chronicles'] },
    )
  },
})

const parsePosition = (value: unknown): { timestamp: string; id: string } | undefined => {
  if (!Array.isArray(value) || value.length !== 2) return undefined
  const [timestamp, id] = value
  if (typeof timestamp !== 'string' || typeof id !== 'string') return undefined
  return storyTimeMs(timestamp) !== undefined && isStorableText(id) ? { timestamp, id } : undefined
}
