import * as z from 'zod'
import { queueSafeJson } from '../queue/queue-safe-json.ts'
import type { OverflowKey, OverflowRequest } from './overflow.ts'
import type { OverflowRow } from './rows.ts'

/** What waits in the queue. */
export type OverflowMessage =
  | (OverflowRow & { request: OverflowRequest })
  /** The request lies in the object store, as JSON. */
  | (OverflowRow & { object: string })
  /** All messages that were sent before it have been consumed: rows of the world from before that time have none. */
  | { key: OverflowKey; deleteBefore: number }

const keySchema = z.strictObject({ tenantId: z.string(), world: z.string() })
const messageSchema = z.union([
  z.strictObject({
    key: keySchema,
    id: z.string(),
    request: z.looseObject({ requestId: z.string() }),
  }),
  z.strictObject({ key: keySchema, id: z.string(), object: z.string() }),
  z.strictObject({ key: keySchema, deleteBefore: z.number() }),
])

export const formatMessage = (message: OverflowMessage): string => queueSafeJson(JSON.stringify(message))

/** Undefined for what is no message of the overflow. */
export const parseMessage = (body: string): OverflowMessage | undefined => {
  try {
    return messageSchema.parse(JSON.parse(body))
  } catch {
    return undefined
  }
}
