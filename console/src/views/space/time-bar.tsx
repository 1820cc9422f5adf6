import { useEffect, useState } from 'preact/hooks'
import { api } from '../../api.ts'
import { Figure } from '../../ui/figure.tsx'
import { Table } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'
import { useAsk } from '../../use-ask.ts'
import { type Mark, readMarks, timeAt } from './marks.ts'

interface Props {
  world: string
  /** The seq that is shown; undefined: now. */
  at: number | undefined
  /** The moment that was asked for is shown, so that the next one may come. */
  isReady: boolean
  go(seq: number | undefined): void
}

/** So many steps from the beginning to the end, and so long each at least. */
const steps = 100
const stepMs = 250

/** Leads through the history of a world, by hand or by itself. The bar is even by seq; the time stands beside it. */
export const TimeBar = ({ world, at, isReady, go }: Props) => {
  const history = useAsk(
    (signal) => api().get('/worlds/{world}/moments', { path: { world }, query: { points: '200' }, signal }),
    [world],
    { everyMs: 30_000 },
  )
  const marks = useAsk(
    async (signal) => (history.data ? readMarks(world, history.data.moments, signal) : []),
    [world, history.data?.seq],
  )
  const [isPlaying, setPlaying] = useState(false)
  const last = history.data?.seq ?? 0
  const step = Math.max(1, Math.round(last / steps))
  useEffect(() => {
    if (!isPlaying || !isReady) return
    const timer = setTimeout(() => {
      const next = at === undefined ? 1 : at + step
      if (next < last) return go(next)
      setPlaying(false)
      go(undefined)
    }, stepMs)
    return () => clearTimeout(timer)
  }, [isPlaying, isReady, at])
  const toNow = () => {
    setPlaying(false)
    go(undefined)
  }
  const moments = history.data?.moments ?? []
  const time = at === undefined ? undefined : timeAt(moments, at)
  return (
    <section class="time-bar" aria-label="History">
      <div class="row">
        <button
          type="button"
          aria-pressed={isPlaying}
          onClick={() => setPlaying(!isPlaying)}
          disabled={last < 2}
        >
          {isPlaying ? 'Pause' : 'Play'}
        </button>
        <div class="time-track">
          <div class="time-marks" aria-hidden="true">
            {(marks.data ?? []).map(({ kind, seq, title }, index) => (
              <i
                key={index}
                class={`mark ${kind}`}
                title={title}
                style={{ left: `${(100 * seq) / Math.max(1, last)}%` }}
              />
            ))}
          </div>
          <input
            type="range"
            aria-label="Moment"
            aria-valuetext={at === undefined ? 'now' : `seq ${at}, ${time}`}
            min={1}
            max={Math.max(1, last)}
            value={at ?? last}
            onInput={({ currentTarget }) => {
              setPlaying(false)
              const seq = Number(currentTarget.value)
              go(seq >= last ? undefined : seq)
            }}
          />
        </div>
        <span class="time-label" data-testid="moment">
          {at === undefined ? 'now' : <When time={time} />}
          <span class="none">
            {' '}
            seq <Figure value={at ?? last} />
          </span>
        </span>
        <button type="button" disabled={at === undefined} onClick={toNow}>
          Now
        </button>
      </div>
      <details>
        <summary>
          Marks: <Figure value={marks.data?.length} />
        </summary>
        <Table
          caption="Marks of the history"
          columns={markColumns(go)}
          rows={marks.data ?? []}
          keyOf={({ kind, seq, title }) => `${kind} ${seq} ${title}`}
        />
      </details>
    </section>
  )
}

const markColumns = (go: Props['go']) => [
  {
    title: 'What',
    cell: ({ kind }: Mark) => <span class={`mark-name ${kind}`}>{kind}</span>,
    sort: ({ kind }: Mark) => kind,
  },
  {
    title: 'Title',
    cell: ({ title, seq }: Mark) => (
      <button type="button" class="link" onClick={() => go(seq)}>
        {title}
      </button>
    ),
  },
  {
    ...{ title: 'Seq', isNumber: true },
    cell: ({ seq }: Mark) => <Figure value={seq} />,
    sort: ({ seq }: Mark) => seq,
  },
  { title: 'Recorded', cell: ({ at }: Mark) => <When time={at} />, sort: ({ at }: Mark) => at },
]
