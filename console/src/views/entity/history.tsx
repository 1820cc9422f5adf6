import { useEffect, useState } from 'preact/hooks'
import { api } from '../../api.ts'
import { pathTo } from '../../router.ts'
import { Figure } from '../../ui/figure.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Problem } from '../../ui/problem.tsx'
import { When } from '../../ui/when.tsx'
import { useAsk } from '../../use-ask.ts'
import { Value } from './value.tsx'

interface Props {
  world: string
  id: string
  asOf: number | undefined
  /** Of the entity as it is shown: a change of it is read anew. */
  seq: number
  explain(field: string, asOf: number): void
}

interface Entry {
  seq: number
  type: string | null
  occurredAt: string | null
  changes: { field: string; oldValue?: unknown; newValue?: unknown }[]
  cause: Record<string, unknown> | null
}

const pageSize = 25

/** What has changed it, newest first, and what caused each change. */
export const History = ({ world, id, asOf, seq, explain }: Props) => {
  const [older, setOlder] = useState<{ entries: Entry[]; next: string | undefined }>()
  const [fault, setFault] = useState<unknown>()
  const read = (cursor: string | undefined, signal?: AbortSignal) =>
    api().page('/worlds/{world}/entities/{id}/history', {
      ...{ path: { world, id }, ...(signal && { signal }) },
      query: {
        limit: String(pageSize),
        ...(asOf !== undefined && { asOf: String(asOf) }),
        ...(cursor !== undefined && { cursor }),
      },
    })
  const newest = useAsk((signal) => read(undefined, signal), [world, id, asOf, seq])
  useEffect(() => setOlder(undefined), [newest.data])
  const next = older ? older.next : newest.data?.next
  const more = async () => {
    try {
      const page = await read(next)
      setOlder({ entries: [...(older?.entries ?? []), ...page.body.entries], next: page.next })
    } catch (error) {
      setFault(error)
    }
  }
  const entries: Entry[] = [...(newest.data?.body.entries ?? []), ...(older?.entries ?? [])]
  return (
    <Panel title="History">
      {(newest.error ?? fault) !== undefined && (
        <Problem error={newest.error ?? fault} onRetry={newest.reload} />
      )}
      <ol class="history">
        {entries.map((entry) => (
          <li key={entry.seq}>
            <HistoryEntry world={world} id={id} entry={entry} explain={explain} />
          </li>
        ))}
      </ol>
      {newest.data && entries.length === 0 && <p class="notice">Nothing is retained of its history.</p>}
      {next !== undefined && (
        <button type="button" onClick={() => void more()}>
          Older changes
        </button>
      )}
    </Panel>
  )
}

const HistoryEntry = ({
  world,
  id,
  entry,
  explain,
}: Pick<Props, 'world' | 'id' | 'explain'> & { entry: Entry }) => (
  <article aria-label={`Seq ${entry.seq}`}>
    <p class="row">
      <a href={pathTo(world, 'entity', [id], { asOf: entry.seq })}>
        seq <Figure value={entry.seq} />
      </a>
      <span>{entry.type ?? 'no longer in the log'}</span>
      <When time={entry.occurredAt} />
      <Cause cause={entry.cause} />
    </p>
    <ul>
      {entry.changes.map(({ field, oldValue, newValue }) => (
        <li key={field}>
          <code>{field}</code> {oldValue !== undefined && <Value value={oldValue} />} →{' '}
          <Value value={newValue} />{' '}
          <button
            type="button"
            class="why"
            aria-label={`why? ${field} as of ${entry.seq}`}
            onClick={() => explain(fieldOf(field), entry.seq)}
          >
            why?
          </button>
        </li>
      ))}
    </ul>
  </article>
)

/** A change of a component is named by where it stands, and asked for by its type. */
const fieldOf = (field: string): string => field.replace(/^components\./, '')

const Cause = ({ cause }: { cause: Entry['cause'] }) => {
  const parts = Object.entries(cause ?? {}).filter(([name]) => name !== 'traceparent')
  return (
    <span class="none">
      {parts.map(([name, value]) => (
        <span key={name} class="cause">
          {causeNames[name] ?? name} {String(value)}
        </span>
      ))}
    </span>
  )
}

const causeNames: Record<string, string> = {
  ...{ requestId: 'request', chronicleEventId: 'chronicle event', tick: 'tick', commitId: 'commit' },
}
