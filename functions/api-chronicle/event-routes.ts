import * as z from 'zod'
import { readEventHistory } from '#chronicle/read/event-history'
import { readChronicleEvent } from '#chronicle/read/events'
import { reasonSchema } from '#chronicle/schemas'
import { invalid, notFound } from '#platform/http/problem'
import { type Route, route } from '#platform/http/route'
import { type ApiContext, decodeCursor, nextLink, readWorld } from '../api-context.ts'
import { worldField } from '../api-ledger/schemas.ts'
import { asOf, cursor, limit, writeResponses } from '../api-world/schemas.ts'
import { answerWrite } from '../api-world/world-routes.ts'
import { degradation } from './degradation.ts'
import { chronicleEventPath, eventRecordSchema, wholeEventSchema, worldOf, worldOnly } from './schemas.ts'

export const eventPath = '/api/chronicles/{id}/events/{eventId}'

export const noEvent = ({ id, eventId }: z.output<typeof chronicleEventPath>, world: string) =>
  notFound(`there is no event '${eventId}' in the chronicle '${id}' of '${world}'`)

const getQuery = z.strictObject({ world: worldField, asOf })

const get = route<ApiContext, typeof chronicleEventPath, typeof getQuery, never>({
  method: 'GET',
  path: eventPath,
  operationId: 'getChronicleEvent',
  summary: 'An event, now or as of a seq; one that was retracted says so',
  pathSchema: chronicleEventPath,
  querySchema: getQuery,
  responses: { 200: { description: 'The event', schema: eventRecordSchema } },
  handle: async (context, input) => {
    const world = worldOf(input)
    const { id, eventId } = input.path
    const { asOf: seq } = input.query
    return readWorld(
      context,
      input.tenantId,
      world,
      seq,
      async (client, { worldId }) => {
        const event = await readChronicleEvent(client, worldId, id, eventId, seq ?? null)
        if (event === undefined) throw noEvent(input.path, world)
        return { status: 200, body: { ...event, ...(await degradation(client, worldId)) } }
      },
      { kinds: ['chronicles'] },
    )
  },
})

const historyQuery = z.strictObject({ world: worldField, limit, cursor })

const history = route<ApiContext, typeof chronicleEventPath, typeof historyQuery, never>({
  method: 'GET',
  path: `${eventPath}/history`,
  operationId: 'getChronicleEventHistory',
  summary: 'What an event was told to be, from its first version on',
  pathSchema: chronicleEventPath,
  querySchema: historyQuery,
  responses: {
    200: { description: 'Its versions', schema: z.object({ versions: z.array(eventRecordSchema) }) },
  },
  handle: async (context, input) => {
    const world = worldOf(input)
    const { id, eventId } = input.path
    const { limit: count } = input.query
    const after = decodeCursor(input.query.cursor, parseVersion) ?? 0
    return readWorld(context, input.tenantId, world, undefined, async (client, found) => {
      const versions = await readEventHistory(client, found, id, eventId, after, count + 1)
      if (versions.length === 0 && after === 0) throw noEvent(input.path, world)
      const page = versions.slice(0, count)
      const headers = versions.length > page.length ? nextLink(input.url, page.at(-1)!.version) : {}
      return { status: 200, headers, body: { versions: page } }
    })
  },
})

const parseVersion = (value: unknown): number | undefined =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 31 ? Number(value) : undefined

const change = route<ApiContext, typeof chronicleEventPath, typeof worldOnly, typeof wholeEventSchema>({
  method: 'PUT',
  path: eventPath,
  operationId: 'changeChronicleEvent',
  summary: 'Makes an event exactly this: its next version; what it was stays in its history',
  pathSchema: chronicleEventPath,
  querySchema: worldOnly,
  bodySchema: wholeEventSchema,
  responses: { ...writeResponses, 409: { description: 'The event was retracted' } },
  handle: async (context, input) => {
    const { id: chronicleId, eventId } = input.path
    const event = input.body
    if (event.id !== eventId)
      throw invalid([{ field: 'id', message: `must be '${eventId}', as in the path` }])
    const world = worldOf(input)
    const commands = [{ kind: 'change-chronicle-event' as const, chronicleId, event }]
    return answerWrite(context, { ...input.origin, world, mustExist: true, commands }, 'path.eventId')
  },
})

const retractQuery = z.strictObject({ world: worldField, reason: reasonSchema.default('') })

const retract = route<ApiContext, typeof chronicleEventPath, typeof retractQuery, never>({
  method: 'DELETE',
  path: eventPath,
  operationId: 'retractChronicleEvent',
  summary: 'Retracts an event: it counts as never told, and its id is not free again; its history stays',
  pathSchema: chronicleEventPath,
  querySchema: retractQuery,
  responses: writeResponses,
  handle: async (context, input) => {
    const { id: chronicleId, eventId } = input.path
    const { reason } = input.query
    const world = worldOf(input)
    const commands = [{ kind: 'retract-chronicle-event' as const, chronicleId, eventId, reason }]
    return answerWrite(context, { ...input.origin, world, mustExist: true, commands }, 'path.eventId')
  },
})

export const eventRoutes: Route<ApiContext>[] = [get, history, change, retract]
