import * as z from 'zod'
import type { StoryPlace } from '#chronicle/questions/source'
import { whatHappened } from '#chronicle/questions/what-happened'
import { readWorldChanges, type WorldChange } from '#chronicle/questions/world-changes'
import { notFound } from '#platform/http/problem'
import { route } from '#platform/http/route'
import { isStorableText } from '#world/json'
import { idSchema } from '#world/schemas'
import { type ApiContext, decodeCursor, nextLink } from '../../api-context.ts'
import { hideSealedEvent } from '../../sealed-answers.ts'
import { worldOf } from '../schemas.ts'
import { answerQuestion, relianceFields } from './answer-question.ts'
import * as fields from './fields.ts'

const entityPath = z.object({ id: idSchema })
const timelineQuery = z.strictObject({ ...fields.paged, from: fields.storyTime, to: fields.storyTime })

/** Where each of the two lists goes on; null: it is at its end. */
interface Position {
  place: StoryPlace | null
  afterSeq: number | null
}

const parsePosition = (value: unknown): Position | undefined => {
  if (!Array.isArray(value) || value.length !== 2) return undefined
  const [place, afterSeq] = value
  if (afterSeq !== null && !(Number.isSafeInteger(afterSeq) && afterSeq >= 0)) return undefined
  if (place === null) return { place, afterSeq }
  if (!Array.isArray(place) || place.length !== 3) return undefined
  const [toldAt, chronicleId, eventId] = place
  if (!Number.isSafeInteger(toldAt) || Math.abs(toldAt) > 8.64e15) return undefined
  if (typeof chronicleId !== 'string' || typeof eventId !== 'string') return undefined
  return isStorableText(chronicleId) && isStorableText(eventId)
    ? { place: { toldAt, chronicleId, eventId }, afterSeq }
    : undefined
}

const ms = (time: string | undefined) => (time === undefined ? undefined : Date.parse(time))

export const timelineRoute = route<ApiContext, typeof entityPath, typeof timelineQuery, never>({
  method: 'GET',
  path: '/api/entities/{id}/timeline',
  operationId: 'getEntityTimeline',
  summary:
    'What is told of an entity, in the order of the story, and what else the log did to it, in order of seq',
  pathSchema: entityPath,
  querySchema: timelineQuery,
  responses: {
    200: {
      description: 'Events of chronicles, and changes of the world that no chronicle event caused',
      schema: z.looseObject({
        ...relianceFields,
        events: z.array(z.looseObject({})),
        changes: z.array(z.looseObject({})),
      }),
    },
  },
  handle: async (context, input) => {
    const { asOf, limit, cursor, from, to } = input.query
    const position = decodeCursor(cursor, parsePosition) ?? { place: undefined, afterSeq: 0 }
    const asked = { tenantId: input.tenantId, world: worldOf(input), asOf, requestId: input.origin.requestId }
    const range = { from: ms(from), to: ms(to) }
    const { answer, ...reliance } = await answerQuestion(context, asked, async (source, world, client) => {
      const told =
        position.place === null
          ? { entity: null, events: [], next: undefined }
          : await whatHappened(source, input.path.id, { ...range, after: position.place, limit })
      const changed =
        position.afterSeq === null || source.name === 'chronicle'
          ? []
          : await readWorldChanges(client, world.worldId, {
              ...{ ...range, entityId: input.path.id, afterSeq: position.afterSeq },
              ...{ upToSeq: asOf ?? world.seq, limit: limit + 1 },
            })
      if (cursor === undefined && told.entity === null && told.events.length + changed.length === 0)
        throw notFound(`nothing is known of an entity '${input.path.id}' in '${asked.world}'`)
      return { ...told, changed }
    })
    const changes = answer.changed.slice(0, limit).map(hideData)
    const afterSeq = answer.changed.length > limit ? changes.at(-1)!.seq : null
    const { next } = answer
    const place = next === undefined ? null : [next.toldAt, next.chronicleId, next.eventId]
    const headers = place === null && afterSeq === null ? {} : nextLink(input.url, [place, afterSeq])
    return { status: 200, headers, body: { ...reliance, events: answer.events, changes } }
  },
})

const hideData = (change: WorldChange): WorldChange => ({ ...change, data: hideSealedEvent(change.data) })
