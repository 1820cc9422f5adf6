import { batchEventLimit } from '#chronicle/limits'
import { route } from '#platform/http/route'
import type { Command } from '#world/commands'
import type { ApiContext } from '../api-context.ts'
import { answerRecord, recordAnswer } from './answer-record.ts'
import { eventsBody } from './events-body.ts'
import { chroniclePath, worldOf, worldOnly } from './schemas.ts'

export const recordRoute = route<ApiContext, typeof chroniclePath, typeof worldOnly, typeof eventsBody>({
  method: 'POST',
  path: '/api/chronicles/{id}/events',
  operationId: 'recordChronicleEvents',
  summary: 'Records one event, a batch of up to 5,000, or JSON lines of up to 10,000: all of them or none',
  pathSchema: chroniclePath,
  querySchema: worldOnly,
  bodySchema: eventsBody,
  takesLines: true,
  responses: {
    200: { description: 'Recorded, or there before', schema: recordAnswer },
    202: {
      description: 'Accepted: the database is away, it is applied in order when it is back',
      schema: recordAnswer,
    },
    409: { description: 'An event of that id is there with other content, or was retracted' },
  },
  handle: async (context, input) => {
    const { events, fieldOf } = input.body
    const world = worldOf(input)
    const commands: Command[] = []
    for (let start = 0; start < events.length; start += batchEventLimit) {
      const batch = events.slice(start, start + batchEventLimit)
      commands.push({ kind: 'record-chronicle-events', chronicleId: input.path.id, events: batch })
    }
    return answerRecord(context, { ...input.origin, world, commands }, (commandIndex, data) => {
      const field = fieldOf(commandIndex * batchEventLimit + Number(data.index ?? 0))
      return field === '' ? 'id' : `${field}.id`
    })
  },
})
