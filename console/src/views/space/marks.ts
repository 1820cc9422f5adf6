import { api } from '../../api.ts'

/** Something of a world's history that the time bar shows. */
export interface Mark {
  kind: 'commit' | 'snapshot' | 'chronicle'
  seq: number
  title: string
  /** ISO 8601, of the log. */
  at: string
}

export interface Moment {
  seq: number
  at: string
}

/** Newest of each kind. */
const mostOfAKind = 100
const mostChronicles = 5

/** Scene snapshots and chronicle events have a seq; commits have a time, by which they lie between moments. */
export const readMarks = async (
  world: string,
  moments: readonly Moment[],
  signal: AbortSignal,
): Promise<Mark[]> => {
  const kinds = [
    readSnapshots(world, signal),
    readCommits(world, moments, signal),
    readStory(world, moments, signal),
  ]
  return (await Promise.all(kinds)).flat().sort((a, b) => a.seq - b.seq)
}

const readSnapshots = async (space: string, signal: AbortSignal): Promise<Mark[]> => {
  const query = { view: 'summary' as const, limit: String(mostOfAKind) }
  const list = await api().get('/eustress/ingest/snapshots/{space}', { path: { space }, query, signal })
  return list.map(({ seq, timestamp }) => ({
    kind: 'snapshot',
    seq,
    title: `Scene snapshot at seq ${seq}`,
    at: timestamp,
  }))
}

const readCommits = async (
  world: string,
  moments: readonly Moment[],
  signal: AbortSignal,
): Promise<Mark[]> => {
  const { commits } = await api().get('/commits', { query: { world, limit: String(mostOfAKind) }, signal })
  return commits.map(({ layer, number, epochStart, epochEnd, committedAt }) => ({
    ...{ kind: 'commit', seq: seqAt(moments, committedAt), at: committedAt },
    title: `Commit ${number} of ${layer}, ticks ${epochStart} to ${epochEnd}`,
  }))
}

const readStory = async (world: string, moments: readonly Moment[], signal: AbortSignal): Promise<Mark[]> => {
  const { chronicles } = await api().get('/api/chronicles', { query: { world }, signal })
  const lists = chronicles.slice(0, mostChronicles).map(async ({ id }) => {
    const query = { world, limit: String(mostOfAKind) }
    const { events } = await api().get('/api/chronicles/{id}/events', { path: { id }, query, signal })
    return events.map(
      ({ seq, summary, action }): Mark => ({
        ...{
          kind: 'chronicle',
          seq,
          title: String(summary ?? action ?? 'chronicle event'),
          at: timeAt(moments, seq),
        },
      }),
    )
  })
  return (await Promise.all(lists)).flat()
}

/** The seq that a time lies at, between the moments that are known. */
export const seqAt = (moments: readonly Moment[], at: string): number => {
  const time = Date.parse(at)
  const after = moments.findIndex((moment) => Date.parse(moment.at) > time)
  if (after === -1) return moments.at(-1)?.seq ?? 0
  if (after === 0) return moments[0]!.seq
  const [a, b] = [moments[after - 1]!, moments[after]!]
  const span = Date.parse(b.at) - Date.parse(a.at)
  return Math.round(a.seq + ((time - Date.parse(a.at)) / span) * (b.seq - a.seq))
}

/** When a seq was, between the moments that are known; ISO 8601. */
export const timeAt = (moments: readonly Moment[], seq: number): string => {
  const after = moments.findIndex((moment) => moment.seq >= seq)
  if (after <= 0) return (after === 0 ? moments[0] : moments.at(-1))?.at ?? ''
  const [a, b] = [moments[after - 1]!, moments[after]!]
  const part = (seq - a.seq) / (b.seq - a.seq)
  return new Date(Date.parse(a.at) + part * (Date.parse(b.at) - Date.parse(a.at))).toISOString()
}
