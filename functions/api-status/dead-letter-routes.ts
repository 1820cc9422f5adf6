import * as z from 'zod'
import { HttpProblem, notFound } from '#platform/http/problem'
import { type Route, route } from '#platform/http/route'
import { type DeadLetterChoice, discardDeadLetters } from '#relay/discard-dead-letters'
import { ringDoorbell } from '#relay/doorbell'
import { countDeadLetters, countReplayable, listDeadLetters } from '#relay/list-dead-letters'
import type { JsonObject } from '#world/event'
import { type ApiContext, decodeCursor, nextLink, readWorld } from '../api-context.ts'
import { type ActionOutcome, administer } from '../api-ledger/administer.ts'
import { cursor, limit, worldPath } from '../api-world/schemas.ts'
import { hideSealedEvent } from '../sealed-answers.ts'

const destination = z
  .string()
  .min(1, 'must not be empty')
  .max(256, 'must have at most 256 characters')
  .meta({ description: 'Of the relay, such as physics or bus, or consumer: and the name of a consumer' })

const letterSchema = z
  .object({
    destination: z.string(),
    seq: z.int(),
    error: z.string().meta({ description: 'Why it was refused, the last time' }),
    attempts: z.int(),
    deadAt: z.iso.datetime(),
    event: z
      .object({
        type: z.string(),
        entityId: z.string().nullable(),
        occurredAt: z.iso.datetime(),
        bytes: z.int().meta({ description: 'Of its data as JSON' }),
        data: z.looseObject({}).nullable().meta({ description: 'null where it has more than 8192 bytes' }),
      })
      .nullable()
      .meta({ description: 'As it is in the log; null: it is no longer there' }),
  })
  .meta({ id: 'DeadLetter' })

const listQuery = z.strictObject({ destination: destination.optional(), limit, cursor })

const parsePosition = (value: unknown): [string, number] | undefined =>
  z.tuple([z.string(), z.int()]).safeParse(value).data

const list = route<ApiContext, typeof worldPath, typeof listQuery, never>({
  method: 'GET',
  path: '/worlds/{world}/dead-letters',
  operationId: 'listDeadLetters',
  summary: 'Events that a destination or a consumer refused for good, by destination and seq',
  pathSchema: worldPath,
  querySchema: listQuery,
  responses: {
    200: {
      description: 'Letters; Link: rel="next" where there are more',
      schema: z.object({
        counts: z.array(z.object({ destination: z.string(), count: z.int(), oldestAt: z.iso.datetime() })),
        letters: z.array(letterSchema),
      }),
    },
  },
  handle: (context, { tenantId, path: { world }, query, url }) =>
    readWorld(context, tenantId, world, undefined, async (client, { worldId }) => {
      const after = decodeCursor(query.cursor, parsePosition)
      const found = await listDeadLetters(client, worldId, { ...query, after }, query.limit + 1)
      const letters = found.slice(0, query.limit).map(withoutSealed)
      const last = letters.at(-1)
      const headers = found.length > letters.length ? nextLink(url, [last!.destination, last!.seq]) : {}
      return { status: 200, headers, body: { counts: await countDeadLetters(client, worldId), letters } }
    }),
})

type Found = Awaited<ReturnType<typeof listDeadLetters>>[number]

const withoutSealed = ({ event, ...letter }: Found): Found =>
  event === null || event.data === null
    ? { ...letter, event }
    : { ...letter, event: { ...event, data: hideSealedEvent(event.data) } }

const choiceFields = {
  destination: destination.optional(),
  seq: z
    .int('must be a seq: a whole number of at least 1')
    .min(1, 'must be a seq: a whole number of at least 1')
    .optional()
    .meta({
      description: 'One letter; needs the destination. Default: all of the destination, or of the world',
    }),
}

const needsDestination = <T extends DeadLetterChoice>(choice: z.ZodType<T>) =>
  choice.refine(({ destination, seq }) => seq === undefined || destination !== undefined, {
    path: ['destination'],
    message: 'must be given with seq',
  })

const replayBody = needsDestination(z.strictObject(choiceFields))

const replayAnswer = z.object({
  status: z.literal('requested'),
  letters: z.int().meta({ description: 'That the relay will send again' }),
})

const replay = route<ApiContext, typeof worldPath, never, typeof replayBody>({
  method: 'POST',
  path: '/worlds/{world}/dead-letters/replay',
  operationId: 'replayDeadLetters',
  summary:
    'Sends dead letters again; those that are accepted go from the list, the others stay with a new error',
  pathSchema: worldPath,
  bodySchema: replayBody,
  responses: {
    202: { description: 'The relay will do it', schema: replayAnswer },
    409: { description: 'They are of a consumer, which is rebuilt instead' },
  },
  handle: async (context, { origin, path: { world }, body: choice }) => {
    const { relayBell } = context
    const { worldId, letters } = await administer(
      context,
      origin,
      world,
      'replayDeadLetters',
      async (client, { worldId }): Promise<ActionOutcome<{ worldId: string; letters: number }>> => {
        if (relayBell === undefined) return { status: 'refused', code: 'no-relay', problem: noRelay() }
        if (choice.destination?.startsWith('consumer:') === true)
          return { status: 'refused', code: 'of-a-consumer', problem: ofConsumer(choice.destination) }
        const letters = await countReplayable(client, worldId, choice)
        if (choice.seq !== undefined && letters === 0)
          return { status: 'refused', ...noLetter(world, choice) }
        return { status: 'requested', audit: { ...auditOf(choice), letters }, answer: { worldId, letters } }
      },
    )
    if (letters > 0) await ringDoorbell(relayBell!, { worldId, replayDead: wanted(choice) })
    return { status: 202, body: { status: 'requested', letters } }
  },
})

/** One by name, or all that are there: to send those of other destinations again too does no harm. */
const wanted = ({ destination, seq }: DeadLetterChoice) =>
  destination === undefined || seq === undefined ? true : { destination, seq }

const discardBody = needsDestination(
  z.strictObject({
    ...choiceFields,
    reason: z
      .string('must say why')
      .trim()
      .min(1, 'must say why')
      .max(1_000, 'must have at most 1000 characters')
      .meta({ description: 'Kept in the audit log' }),
  }),
)

/** At once; the answer says whether there are more. */
const discardLimit = 1_000
/** Of which the audit log has the names. */
const namedLimit = 100

const discardAnswer = z.object({
  status: z.literal('applied'),
  discarded: z.int(),
  more: z
    .boolean()
    .meta({ description: `There are more than the ${discardLimit} that one request discards` }),
})

const discard = route<ApiContext, typeof worldPath, never, typeof discardBody>({
  method: 'POST',
  path: '/worlds/{world}/dead-letters/discard',
  operationId: 'discardDeadLetters',
  summary: 'Takes dead letters from the list for good, with a reason that the audit log keeps',
  pathSchema: worldPath,
  bodySchema: discardBody,
  responses: { 200: { description: 'How many; their events stay in the log', schema: discardAnswer } },
  handle: async (context, { origin, path: { world }, body: { reason, ...choice } }) => {
    const found = await administer(
      context,
      origin,
      world,
      'discardDeadLetters',
      async (client, { worldId }): Promise<ActionOutcome<{ discarded: number; more: boolean }>> => {
        const gone = await discardDeadLetters(client, worldId, choice, discardLimit)
        if (choice.seq !== undefined && gone.length === 0)
          return { status: 'refused', ...noLetter(world, choice) }
        const letters = gone.slice(0, namedLimit).map((letter): JsonObject => ({ ...letter }))
        const audit = { ...auditOf(choice), reason, discarded: gone.length, letters }
        const more = gone.length === discardLimit
        return { status: 'applied', audit, answer: { discarded: gone.length, more } }
      },
    )
    return { status: 200, body: { status: 'applied', ...found } }
  },
})

const auditOf = ({ destination, seq }: DeadLetterChoice): JsonObject => ({
  ...(destination !== undefined && { destination }),
  ...(seq !== undefined && { seq }),
})

const noLetter = (world: string, { destination, seq }: DeadLetterChoice) => ({
  code: 'no-such-letter',
  problem: notFound(`there is no dead letter ${seq} of '${destination}' in '${world}'`),
})

const ofConsumer = (name: string): HttpProblem =>
  new HttpProblem(
    409,
    'Conflict with what there is',
    `'${name}' has given the event up itself: its effects come with a rebuild of the consumer, not with a message`,
    { errors: [{ field: 'destination', message: 'must be a destination of the relay' }] },
  )

const noRelay = (): HttpProblem =>
  new HttpProblem(503, 'No relay', 'This host has no relay that could send dead letters again.')

export const deadLetterRoutes: Route<ApiContext>[] = [list, replay, discard]
