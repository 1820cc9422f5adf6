import type pg from 'pg'
import { inTransaction } from '#platform/postgres/pool'
import type { Commit } from '../commit.ts'
import type { InputSource } from '../fetch-input.ts'
import type { ChainRange } from '../ledger-store.ts'
import { readLinkEntries, readLinks } from '../postgres/read-links.ts'
import { entryFromRow } from '../postgres/read-window-entries.ts'
import { createArchiveReader } from '../verify/archive-reader.ts'
import { linkOf } from '../verify/check-link.ts'

const linksAtOnce = 50

/** The commits of a part of a chain as they are kept, with their entries, in their order. @throws LedgerBroken for a damaged archive. */
export async function* keptLinks({ pool, objects }: InputSource, range: ChainRange): AsyncGenerator<Commit> {
  const { shard, fromNumber, toNumber } = range
  const archive = createArchiveReader(objects)
  for (let number = fromNumber - 1; number < toNumber; ) {
    const limit = Math.min(linksAtOnce, toNumber - number)
    const { rows, here } = await readPage(pool, range, { shard, number }, limit)
    if (rows.length === 0) return
    for (const row of rows) {
      const entries =
        row.archiveId === null
          ? (here.get(row.key) ?? []).map(entryFromRow)
          : (await archive(range, row)).entries
      yield linkOf(range, row, entries).commit
    }
    number = rows.at(-1)!.number
  }
}

/** One state of the database: an archivist may move entries meanwhile. */
const readPage = (
  pool: pg.Pool,
  range: ChainRange,
  after: { shard: string; number: number },
  limit: number,
) =>
  inTransaction(
    pool,
    async (client) => {
      const rows = (await readLinks(client, range, after, limit)).filter(({ shard }) => shard === range.shard)
      return {
        rows,
        here: await readLinkEntries(
          client,
          rows.map(({ key }) => key),
        ),
      }
    },
    'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
  )
