import {
  DescribeEventBusCommand,
  type EventBridgeClient,
  EventBridgeServiceException,
  PutEventsCommand,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge'
import type { BusEntry, Publisher, PublishResult } from './destination.ts'

/** Of the entries of one call, in bytes of UTF-8. */
const callLimitBytes = 256 * 1024

/** A bus that does not answer counts as away, well within a transaction that waits for it. */
const timeoutMs = 5_000

/** What is wrong with the entry itself. Whatever else, a missing permission too, may be another answer next time. */
const refusals = new Set(['InvalidArgument', 'MalformedDetail'])

/**
 * Publishes to a bus of EventBridge. It goes on after an entry that failed, so that entries behind it may have been
 * taken: they are answered as retry all the same, and come twice rather than not at all.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
 */
export const eventBridgePublisher = (client: EventBridgeClient, busName: string): Publisher => {
  let isThere: Promise<void> | undefined
  /** Once: a bus that is missing may still answer that it took every entry. */
  const checkBus = (): Promise<void> => {
    isThere ??= describeBus(client, busName).catch((error: unknown) => {
      isThere = undefined
      throw error
    })
    return isThere
  }
  return {
    publish: async (entries) => {
      await checkBus()
      const results: PublishResult[] = []
      for (const group of packEntries(entries.map((entry) => toRequestEntry(busName, entry)))) {
        results.push(...(await putEvents(client, group)))
        if (results.at(-1)!.status !== 'accepted') break
      }
      return entries.map((_, index) => results[index] ?? held)
    },
  }
}

const held: PublishResult = { status: 'retry', reason: 'an entry before it failed' }

const inTime = () => ({ abortSignal: AbortSignal.timeout(timeoutMs) })

const describeBus = async (client: EventBridgeClient, busName: string): Promise<void> => {
  try {
    await client.send(new DescribeEventBusCommand({ Name: busName }), inTime())
  } catch (cause) {
    throw new Error(`the event bus ${busName} cannot be used: ${(cause as Error).message}`, { cause })
  }
}

const toRequestEntry = (busName: string, entry: BusEntry): PutEventsRequestEntry => ({
  EventBusName: busName,
  Source: entry.source,
  DetailType: entry.detailType,
  Detail: entry.detail,
  Time: new Date(entry.time),
})

/** As EventBridge counts: 14 for the time, and the text of all fields. */
const bytesOf = ({ Source, DetailType, Detail }: PutEventsRequestEntry): number =>
  14 + Buffer.byteLength(`${Source}${DetailType}${Detail}`)

const packEntries = (entries: PutEventsRequestEntry[]): PutEventsRequestEntry[][] => {
  const groups: PutEventsRequestEntry[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const entry of entries) {
    bytes += bytesOf(entry)
    if (bytes > callLimitBytes) {
      groups.push([])
      bytes = bytesOf(entry)
    }
    groups.at(-1)!.push(entry)
  }
  return groups
}

/** A result for each entry, accepted ones first. */
const putEvents = async (
  client: EventBridgeClient,
  entries: PutEventsRequestEntry[],
): Promise<PublishResult[]> => {
  try {
    const { Entries: answered = [] } = await client.send(new PutEventsCommand({ Entries: entries }), inTime())
    const failed = entries.findIndex((_, index) => answered[index]?.EventId === undefined)
    return entries.map((_, index) => {
      if (failed < 0 || index < failed) return { status: 'accepted' }
      return index === failed ? failureOf(answered[index]) : held
    })
  } catch (error) {
    const reason = String(error)
    if (!isRefused(error)) return entries.map(() => ({ status: 'retry', reason }))
    // the call as a whole: which of its entries is at fault shows when it stands alone
    return entries.length === 1 ? [{ status: 'refused', reason }] : putEach(client, entries)
  }
}

const putEach = async (
  client: EventBridgeClient,
  entries: PutEventsRequestEntry[],
): Promise<PublishResult[]> => {
  const results: PublishResult[] = []
  for (const entry of entries) {
    const isHeld = results.some(({ status }) => status !== 'accepted')
    results.push(isHeld ? held : (await putEvents(client, [entry]))[0]!)
  }
  return results
}

const isRefused = (error: unknown): boolean =>
  error instanceof EventBridgeServiceException && error.name === 'ValidationException'

const failureOf = (entry: PutEventsResultEntry | undefined): PublishResult => {
  const { ErrorCode: code = 'no result', ErrorMessage: message = '' } = entry ?? {}
  return { status: refusals.has(code) ? 'refused' : 'retry', reason: `${code}: ${message}` }
}
