import type pg from 'pg'
import type { InputSource } from '../fetch-input.ts'
import type { LayerKey } from '../ledger-store.ts'
import { fetchInputs, readNextInputs } from '../next-inputs.ts'
import { pseudonymise } from '../pseudonyms.ts'
import { advance, type MadeCommit, openSpan } from '../spans.ts'
import { type Difference, differencesOf } from './compare-commits.ts'
import { findRange, type ReplayRange } from './find-range.ts'
import { keptLinks } from './kept-links.ts'

/** What a replay found, as JSON. */
export type Replayed = {
  layer: string
  shard: string
  /** Numbers in the chain of what was asked for. */
  fromNumber: number
  toNumber: number
  /** Commits that came out with the same hash, from the first one on. */
  equal: number
  /** The first that did not; null: there is none. */
  differing: { number: number; commitId: string; differences: Difference[]; more: number } | null
}

/** Ticks that the commits were made of are no longer kept: their hashes still tell whether they are what they were. */
class TicksGone extends Error {
  readonly code = 'input-missing'

  constructor({ worldId, state, lastInput }: ReplayRange) {
    super(`of the segments ${state.fromInput} to ${lastInput} of world ${worldId} some are no longer kept`)
  }
}

const inputsAtOnce = 64
/** Differences of one commit that are told. */
const told = 20

/**
 * Makes the commits of a part of a chain again, from the state that the commit before it left and by the functions of the engine,
 * and compares them with what is kept: of the first layer from ticks, of any other one from the entries of the layer
 * below. It ends with the first that differs. Reads only.
 *
 * @throws NotAChain; TicksGone, InputMissing; LedgerBroken where entries are in a damaged archive.
 */
export const replayCommits = async (
  source: InputSource,
  key: LayerKey,
  from: string,
  to: string,
): Promise<Replayed> => {
  const range = await findRange(source.pool, key, from, to)
  await checkTicks(source.pool, range)
  const { layer, shard, fromNumber, toNumber } = range
  const result: Replayed = { layer, shard, fromNumber, toNumber, equal: 0, differing: null }
  const made = makeAgain(source, range)
  for await (const kept of keptLinks(source, range)) {
    const { value: replayed } = await made.next()
    const differences = replayed === undefined ? [notMade] : differencesOf(kept, replayed)
    if (differences.length > 0) {
      const { number, commitId } = kept
      const more = Math.max(0, differences.length - told)
      return { ...result, differing: { number, commitId, differences: differences.slice(0, told), more } }
    }
    result.equal++
  }
  return result
}

const notMade: Difference = {
  ...{ region: null, correction: false, field: 'commit', kept: 'is there', replayed: null },
}

/** All commits after the range's state, as far as there are inputs. */
async function* makeAgain(
  source: InputSource,
  { state }: ReplayRange,
): AsyncGenerator<MadeCommit, undefined> {
  const open = openSpan(state)
  for (let hasMore = true; hasMore; ) {
    const found = await readNextInputs(source, state, open.taken, inputsAtOnce)
    const inputs = await fetchInputs(source, state, found)
    const { hash } = open.state
    const watermark = found.hasMore ? Number.NEGATIVE_INFINITY : found.watermark
    const made = advance(open, inputs, watermark, found.cuts)
    yield* await pseudonymise(source.pool, open, hash, made, null)
    hasMore = found.hasMore
  }
  return undefined
}

const keptText = `
  SELECT l.source IS NULL AS "hasTicks", count(s.segment) AS segments
  FROM ledger_layers l LEFT JOIN tick_segments s ON s.world_id = l.world_id AND s.segment BETWEEN $3 AND $4
  WHERE l.world_id = $1 AND l.layer = $2 GROUP BY l.source`

/** Segments are numbered without gaps. Which shards had a part of one that is gone is not known any more. @throws TicksGone */
const checkTicks = async (pool: pg.Pool, range: ReplayRange): Promise<void> => {
  const { worldId, layer, state, lastInput } = range
  const { rows } = await pool.query<{ hasTicks: boolean; segments: number }>(keptText, [
    ...[worldId, layer, state.fromInput, lastInput],
  ])
  if (rows[0]?.hasTicks && rows[0].segments < lastInput - state.fromInput + 1) throw new TicksGone(range)
}
