import { api } from '../../api.ts'
import { Answer } from '../../ui/asked.tsx'
import { Figure } from '../../ui/figure.tsx'
import { Panel } from '../../ui/panel.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'
import { useAsk } from '../../use-ask.ts'

interface Props {
  world: string
  id: string
  asOf: number | undefined
  seq: number
}

const most = 100

/** What is told of it, in the order of the story. */
export const Timeline = ({ world, id, asOf, seq }: Props) => {
  const timeline = useAsk(
    (signal) =>
      api().get('/api/entities/{id}/timeline', {
        ...{ path: { id }, signal },
        query: { world, limit: String(most), ...(asOf !== undefined && { asOf: String(asOf) }) },
      }),
    [world, id, asOf, seq],
  )
  return (
    <Panel title="Timeline">
      <Answer of={timeline}>
        {({ events }) =>
          events.length === 0 ? (
            <p class="notice">No chronicle tells of it.</p>
          ) : (
            <Table
              caption="What is told of it"
              columns={columns}
              rows={events as unknown as Told[]}
              keyOf={({ chronicleId, eventId, id: own }) => `${chronicleId} ${eventId ?? own}`}
            />
          )
        }
      </Answer>
    </Panel>
  )
}

interface Told {
  chronicleId: string
  eventId?: string
  id?: string
  timestamp: string
  eventType: string
  summary: string | null
  action: string
  seq?: number
}

const columns: Column<Told>[] = [
  { title: 'When', cell: ({ timestamp }) => <When time={timestamp} />, sort: ({ timestamp }) => timestamp },
  { title: 'Type', cell: ({ eventType }) => eventType, sort: ({ eventType }) => eventType },
  { title: 'What', cell: ({ summary, action }) => summary ?? action },
  { title: 'Chronicle', cell: ({ chronicleId }) => chronicleId },
  { ...{ title: 'Seq', isNumber: true }, cell: ({ seq }) => <Figure value={seq} />, sort: ({ seq }) => seq },
]
