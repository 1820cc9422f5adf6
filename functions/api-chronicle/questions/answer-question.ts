import type pg from 'pg'
import * as z from 'zod'
import { openSource } from '#chronicle/questions/answer'
import { StoryTooLong } from '#chronicle/questions/load-story'
import type { QuestionSource } from '#chronicle/questions/source'
import { HttpProblem } from '#platform/http/problem'
import { isDatabaseUnavailable, isTimeout } from '#platform/postgres/pool'
import { type ApiContext, type ReadWorld, readWorld } from '../../api-context.ts'

/** What each answer says of itself. */
export const relianceFields = {
  seq: z.int().meta({ description: 'What was read' }),
  source: z.enum(['ecs', 'chronicle']),
  degraded: z.boolean().meta({
    description: 'Entities could not be asked: the answer was dug out of the chronicles alone',
  }),
  reason: z.enum(['off', 'failing', 'unreadable']).optional(),
  recordedSeq: z.int().meta({ description: 'Of the last event of the log that recorded chronicle events' }),
  projectedSeq: z.int().meta({ description: 'Of the last one that entities have taken up' }),
}

export interface Asked {
  tenantId: string
  world: string
  asOf: number | undefined
  requestId: string
}

export type Ask<T> = (source: QuestionSource, world: ReadWorld, client: pg.PoolClient) => Promise<T>

/**
 * Asks entities and what the projection keeps, or, where the projection is off or failing or they cannot be read, the
 * chronicles alone, and says which. Problems of the request and an absent database are thrown on.
 */
export const answerQuestion = async <T extends object>(
  context: ApiContext,
  { tenantId, world, asOf, requestId }: Asked,
  ask: Ask<T>,
) => {
  const attempt = (fromChronicle: boolean) =>
    readWorld(context, tenantId, world, asOf, async (client, found) => {
      const { source, reliance } = await openSource(client, found, asOf ?? null, fromChronicle)
      return { answer: await ask(source, found, client), seq: asOf ?? found.seq, ...reliance }
    })
  try {
    try {
      return await attempt(false)
    } catch (error) {
      if (error instanceof HttpProblem || error instanceof StoryTooLong) throw error
      if (isDatabaseUnavailable(error) || isTimeout(error)) throw error
      context.reportFault(error, requestId)
      return await attempt(true)
    }
  } catch (error) {
    if (!(error instanceof StoryTooLong)) throw error
    throw new HttpProblem(503, 'The story is too long to derive an answer from', error.message)
  }
}
