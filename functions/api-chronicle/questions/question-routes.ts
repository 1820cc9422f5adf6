import * as z from 'zod'
import { type Route, route } from '#platform/http/route'
import type { ApiContext } from '../../api-context.ts'
import { worldOf } from '../schemas.ts'
import { answerQuestion, relianceFields } from './answer-question.ts'
import { type Question, questions } from './question-table.ts'

const questionRoute = ({ name, operationId, summary, schema, ask }: Question) =>
  route<ApiContext, never, z.ZodObject, never>({
    method: 'GET',
    path: `/api/questions/${name}`,
    ...{ operationId, summary, querySchema: schema },
    responses: {
      200: {
        description: 'The answer; docs/questions.md says what is in it',
        schema: z.looseObject(relianceFields),
      },
    },
    handle: async (context, input) => {
      const query = input.query as { world?: string; asOf?: number }
      const world = worldOf({ query, defaultWorld: input.defaultWorld })
      const asked = { tenantId: input.tenantId, world, asOf: query.asOf, requestId: input.origin.requestId }
      const { answer, ...reliance } = await answerQuestion(context, asked, (source) => ask(source, query))
      return { status: 200, body: { ...reliance, ...answer } }
    },
  })

export const questionRoutes: Route<ApiContext>[] = questions.map(questionRoute)
