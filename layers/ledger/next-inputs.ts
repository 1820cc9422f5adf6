import { inTransaction } from '#platform/postgres/pool'
import { fetchInput, type InputSource } from './fetch-input.ts'
import { readInputs, type ShardInputs } from './postgres/read-inputs.ts'
import type { ShardWork } from './shard-bell.ts'
import type { Input } from './spans.ts'

/** What a shard has to take after an input, by one state of the database: a watermark belongs to the cuts that were made before it. */
export const readNextInputs = (
  { pool }: InputSource,
  work: ShardWork,
  afterInput: number,
  limit: number,
): Promise<ShardInputs> =>
  inTransaction(
    pool,
    (client) => readInputs(client, work, afterInput, limit),
    'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
  )

const fetchesAtOnce = 8

/** What they hold, in their order. @throws InputMissing */
export const fetchInputs = async (
  from: InputSource,
  work: ShardWork,
  { inputs, source }: ShardInputs,
): Promise<Input[]> => {
  const fetched: Input[] = []
  for (let at = 0; at < inputs.length; at += fetchesAtOnce) {
    const some = inputs.slice(at, at + fetchesAtOnce)
    fetched.push(...(await Promise.all(some.map((row) => fetchInput(from, work, row, source)))))
  }
  return fetched
}
