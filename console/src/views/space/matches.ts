import { api } from '../../api.ts'

/** Of so many a query is shown in space at most. */
const mostMatches = 20_000

/** Ids of the entities that meet a query; whatever it selects, sorts or counts is left out. */
export const readMatches = async (
  world: string,
  query: string,
  asOf: number | undefined,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> => {
  const ids = new Set<string>()
  let cursor: string | undefined
  let moment = asOf
  do {
    const body = {
      query,
      limit: 1_000,
      ...(moment !== undefined && { asOf: moment }),
      ...(cursor && { cursor }),
    }
    const found = await api().post('/worlds/{world}/query', { path: { world }, body, signal })
    if (found.entities === undefined)
      throw new Error('The query answers a count or groups, which have no place in space.')
    for (const { id } of found.entities) ids.add(id)
    // all pages of one moment
    moment = found.seq
    cursor = found.cursor
  } while (cursor !== undefined && ids.size < mostMatches)
  return ids
}
