import { type ClientOptions, request } from '../client.ts'
import { count, seconds } from '../figures.ts'
import { sendInFlight } from '../in-flight.ts'
import type { ImportOptions } from '../options.ts'
import { outcomesOf } from '../outcomes.ts'
import { showProgress } from '../progress.ts'
import { toEventBatches } from './batches.ts'
import type { IcewsOptions } from './options.ts'
import type { IcewsLine } from './read-lines.ts'
import { type Destination, makeChronicle, sendEvents } from './send.ts'
import { shuffled } from './shuffle.ts'
import { type IcewsSource, openIcews } from './source.ts'
import { addBatch, emptyTally, type Tally } from './tally.ts'
import type { IcewsEvent } from './to-event.ts'

type Print = (line: string) => void

/**
 * Records the events of an ICEWS file in a chronicle, and prints what it then holds. What is recorded already
 * stays as it is, so that an import that was broken off goes on when it is run again.
 *
 * @throws BadItem before anything is sent where a file cannot be understood; RequestRefused, ApiAway: what was
 *   sent until then is printed
 */
export const runIcewsImport = async (
  options: ImportOptions,
  api: Pick<ClientOptions, 'url' | 'token'>,
  print: Print,
): Promise<void> => {
  const { world, limit } = options
  const icews = options.icews!
  const { chronicle, events } = icews
  const source = await openIcews(icews)
  const lines = linesToSend(source, icews, limit)
  // so that a line without a meaning stops it before anything is sent
  for (const line of lines) source.eventOf(line)
  const place = `the chronicle "${chronicle}" of the world "${world}" of ${api.url}`
  print(
    `Importing ${count(lines.length)} of the ${count(source.lines.length)} events of ${events} into ${place}`,
  )
  const client = { ...api, note: print }
  const destination = { client, world, chronicle }
  await makeChronicle(destination)
  const tally = emptyTally()
  await sendAllEvents(eventsOf(source, lines), lines.length, options, destination, tally, print)
  const refusals = await outcomesOf(client, world, tally.waiting, print)
  await printChronicle(destination, tally, print)
  if (refusals > 0) throw new Error(`${refusals} batches were refused when they were applied, see above.`)
}

/** The limit is one of the file, so that it means the same events in every order. */
const linesToSend = ({ lines }: IcewsSource, { shuffle }: IcewsOptions, limit: number | undefined) => {
  const first = lines.slice(0, limit)
  return shuffle === undefined ? first : shuffled(first, shuffle)
}

function* eventsOf({ eventOf }: IcewsSource, lines: IcewsLine[]) {
  for (const line of lines) yield eventOf(line)
}

const sendAllEvents = async (
  events: Iterable<IcewsEvent>,
  total: number,
  { batchItems, inFlight }: ImportOptions,
  destination: Destination,
  tally: Tally,
  print: Print,
): Promise<void> => {
  const progress = showProgress(total, process.stdout, 'events')
  const client = { ...destination.client, note: progress.note }
  const startedAt = performance.now()
  const finish = () => {
    progress.end()
    const tookMs = performance.now() - startedAt
    const rate = count(Math.round(tally.sent / Math.max(0.001, tookMs / 1_000)))
    print(
      `Sent ${count(tally.sent)} events in ${count(tally.batches)} batches in ${seconds(tookMs)} (${rate} events/s).`,
    )
  }
  const interrupt = () => {
    finish()
    process.exit(130)
  }
  process.once('SIGINT', interrupt)
  try {
    const batches = toEventBatches(events, batchItems)
    await sendInFlight(batches, inFlight, async (batch) => {
      addBatch(tally, batch, await sendEvents({ ...destination, client }, batch))
      progress.update(tally.sent, tally.sent)
    })
  } finally {
    process.off('SIGINT', interrupt)
    finish()
  }
}

/** Of a chronicle; the API may say more. */
interface ChronicleState {
  eventCount?: number
  /** How far the world's entities follow. */
  projection?: unknown
  /** They do not follow at present. */
  degraded?: boolean
}

const printChronicle = async (
  { client, world, chronicle }: Destination,
  tally: Tally,
  print: Print,
): Promise<void> => {
  const path = `/api/chronicles/${encodeURIComponent(chronicle)}?world=${encodeURIComponent(world)}`
  const { eventCount, projection, degraded } = ((await request(client, path, {})).body ??
    {}) as ChronicleState
  print(`The chronicle "${chronicle}" of the world "${world}":`)
  if (eventCount !== undefined) print(`  events            ${count(eventCount)}`)
  print(`  recorded now      ${count(tally.recorded)}`)
  print(`  duplicates        ${count(tally.duplicates)}`)
  if (tally.waiting.length > 0)
    print(`  batches waited    ${count(tally.waiting.length)} (not in these counts)`)
  print(`  actors            ${count(tally.actors.size)}`)
  if (tally.firstTime !== undefined) print(`  span of time      ${tally.firstTime} to ${tally.lastTime}`)
  if (projection !== undefined) print(`  projection        ${JSON.stringify(projection)}`)
  if (degraded === true) print('  degraded          the entities do not follow the chronicle at present')
}
