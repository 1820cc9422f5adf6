import * as z from 'zod'
import { notFound } from '#platform/http/problem'
import { route } from '#platform/http/route'
import { readHistory } from '#world/history/pick-changes'
import { type ApiContext, readWorld } from '../../api-context.ts'
import { asOf, entityPath } from '../schemas.ts'
import { explainValue } from './explain-value.ts'
import { reachEvents, reachHistory } from './reach-history.ts'
import { explainAnswer, historyField } from './schemas.ts'

const explainQuery = z.strictObject({
  field: historyField.meta({ description: 'Health.current, Position.x, name, parameters.mass, …' }),
  asOf,
})

export const explainRoute = route<ApiContext, typeof entityPath, typeof explainQuery, never>({
  method: 'GET',
  path: '/worlds/{world}/entities/{id}/explain',
  operationId: 'explainValue',
  summary:
    'What made a value: the request, its event, the tick that took it up, the commits that cover it, and gamma',
  pathSchema: entityPath,
  querySchema: explainQuery,
  responses: {
    200: {
      description: 'The chain; a part that is not there, or no longer retained, says so',
      schema: explainAnswer,
    },
  },
  handle: (context, { tenantId, path: { world, id }, query }) =>
    readWorld(context, tenantId, world, query.asOf, async (client, found) => {
      const upToSeq = query.asOf ?? found.seq
      await reachHistory(client, found.worldId, id, upToSeq)
      const { entries, isEmpty, isWhole } = await readHistory(
        client,
        found.worldId,
        id,
        { field: query.field },
        upToSeq,
        1,
      )
      await reachEvents(client, entries)
      if (isEmpty) throw notFound(`there is, and was, no entity '${id}' in '${world}' as of ${upToSeq}`)
      const asked = { tenantId, entityId: id, field: query.field, asOf: upToSeq }
      if (entries[0] === undefined && isWhole)
        throw notFound(`'${id}' has, and had, no ${query.field.text} as of ${upToSeq}`)
      return { status: 200, body: await explainValue(client, found, asked, entries[0]) }
    }),
})
