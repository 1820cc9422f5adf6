import * as z from 'zod'
import { invalid } from '#platform/http/problem'
import { type Route, route } from '#platform/http/route'
import { idSchema, worldNameSchema } from '#world/schemas'
import type { ApiContext } from '../api-context.ts'
import { causeOfCommand, entityCommandBody, toCommand } from './entity-command.ts'
import { writeResponses } from './schemas.ts'
import { answerWrite } from './world-routes.ts'

const entityPath = z.object({ id: idSchema })

const worldQuery = z.strictObject({
  world: worldNameSchema.optional().meta({ description: 'Or the header X-World; default `default`' }),
})

/** @throws HttpProblem 400 where the header is no name: the command may make the world. */
const worldOf = ({ world }: z.output<typeof worldQuery>, defaultWorld: string): string => {
  const parsed = worldNameSchema.safeParse(world ?? defaultWorld)
  if (parsed.success) return parsed.data
  throw invalid([{ field: 'headers.X-World', message: parsed.error.issues[0]!.message }])
}

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
