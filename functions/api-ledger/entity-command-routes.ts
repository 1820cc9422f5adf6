import * as z from 'zod'
import { type Route, route } from '#platform/http/route'
import { idSchema } from '#world/schemas'
import type { ApiContext } from '../api-context.ts'
import { writeResponses } from '../api-world/schemas.ts'
import { answerWrite } from '../api-world/world-routes.ts'
import { causeOfCommand, entityCommandBody, toCommand } from './entity-command.ts'
import { worldOf, worldQuery } from './schemas.ts'

const entityPath = z.object({ id: idSchema })

const command = route<ApiContext, typeof entityPath, typeof worldQuery, typeof entityCommandBody>({
  method: 'POST',
  path: '/entity/{id}/command',
  operationId: 'commandEntity',
  summary:
    'Tells an entity what to do; always an event whose cause names the command, so that other services hear of it',
  pathSchema: entityPath,
  querySchema: worldQuery,
  bodySchema: entityCommandBody,
  responses: writeResponses,
  handle: (context, { origin, path: { id }, query, defaultWorld, body }) =>
    answerWrite(
      context,
      {
        ...origin,
        world: worldOf(query, defaultWorld),
        command: causeOfCommand(body),
        // as any first write, the first entity makes its world
        mustExist: body.cmd !== 'spawn',
        commands: [toCommand(id, body)],
      },
      'path.id',
    ),
})

export const entityCommandRoutes: Route<ApiContext>[] = [command]
