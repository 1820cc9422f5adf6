import * as z from 'zod'
import { notFound } from '#platform/http/problem'
import { route } from '#platform/http/route'
import { readHistory } from '#world/history/pick-changes'
import { type ApiContext, decodeCursor, nextLink, readWorld } from '../../api-context.ts'
import { hideSealedValues } from '../../sealed-answers.ts'
import { asOf, cursor, entityPath, limit } from '../schemas.ts'
import { reachEvents, reachHistory } from './reach-history.ts'
import { historyAnswer, historyField } from './schemas.ts'

const historyQuery = z.strictObject({
  component: z
    .string()
    .min(1, 'must not be empty')
    .max(128, 'must have at most 128 characters')
    .optional()
    .meta({ description: 'Only changes of this component: Health, Position, Parameters, …' }),
  field: historyField.optional().meta({
    description:
      'Only changes of this field: Health.current, parameters.mass, name, …; the values are narrowed to it',
  }),
  asOf,
  limit,
  cursor,
})

const parsePosition = (value: unknown): number | undefined => z.int().min(1).safeParse(value).data

export const historyRoute = route<ApiContext, typeof entityPath, typeof historyQuery, never>({
  method: 'GET',
  path: '/worlds/{world}/entities/{id}/history',
  operationId: 'getEntityHistory',
  summary: 'What changed an entity, newest first, each with what made it so',
  pathSchema: entityPath,
  querySchema: historyQuery,
  responses: {
    200: {
      description:
        'Changes; a page may have few where those that are asked for are rare: Link: rel="next" goes on',
      schema: historyAnswer,
    },
  },
  handle: (context, { tenantId, path: { world, id }, query, url }) =>
    readWorld(context, tenantId, world, query.asOf, async (client, { worldId }) => {
      const { component, field } = query
      const before = decodeCursor(query.cursor, parsePosition)
      const upToSeq = Math.min(
        before === undefined ? Number.MAX_SAFE_INTEGER : before - 1,
        query.asOf ?? Number.MAX_SAFE_INTEGER,
      )
      const filter = { component, field }
      await reachHistory(client, worldId, id, upToSeq)
      const page = await readHistory(client, worldId, id, filter, upToSeq, query.limit)
      await reachEvents(client, page.entries)
      if (before === undefined && page.isEmpty)
        throw notFound(`there is, and was, no entity '${id}' in '${world}'`)
      const entries = page.entries.map(({ seq, type, occurredAt, changes, cause }) => ({
        ...{ seq, type, occurredAt, cause },
        changes: hideSealedValues(changes).map(({ entityId: _, ...change }) => change),
      }))
      const headers = page.beforeSeq === undefined ? {} : nextLink(url, page.beforeSeq)
      return { status: 200, headers, body: { entityId: id, entries, whole: page.isWhole } }
    }),
})
