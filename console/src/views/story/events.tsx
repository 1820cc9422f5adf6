import { useState } from 'preact/hooks'
import type { components } from '../../../../client/api-types.ts'
import { api } from '../../api.ts'
import { Answer } from '../../ui/asked.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Table } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'
import { useAsk } from '../../use-ask.ts'
import { EventDetail } from './event-detail.tsx'

export type StoryEvent = components['schemas']['ChronicleEventRecord'] & {
  eventType?: string
  action?: string
  summary?: string
  actors?: { name: string; role?: string }[]
}

export interface OfChronicle {
  world: string
  chronicle: string
}

/** Events of a chronicle in the story's order, found by words, page by page. */
export const Events = ({ world, chronicle }: OfChronicle) => {
  const [q, setQ] = useState('')
  const [words, setWords] = useState('')
  const [cursors, setCursors] = useState<string[]>([])
  const [chosen, setChosen] = useState<string>()
  const cursor = cursors.at(-1)
  const asked = useAsk(
    (signal) =>
      api().page('/api/chronicles/{id}/events', {
        path: { id: chronicle },
        query: { world, limit: '50', ...(words && { q: words }), ...(cursor && { cursor }) },
        signal,
      }),
    [world, chronicle, words, cursor],
  )
  const search = (event: Event) => {
    event.preventDefault()
    setCursors([])
    setWords(q.trim())
  }
  return (
    <Panel
      title="Events"
      tools={
        <form class="row" aria-label="Find events" onSubmit={search}>
          <label class="row">
            <span class="visually-hidden">Words in events</span>
            <input
              type="search"
              placeholder="Words in events"
              value={q}
              onInput={(event) => setQ(event.currentTarget.value)}
            />
          </label>
          <button type="submit">Find</button>
        </form>
      }
    >
      <Answer of={asked}>
        {({ body, next }) => {
          const events = body.events as StoryEvent[]
          const event = events.find(({ id }) => id === chosen)
          return (
            <>
              <Table
                caption="Events in the order of the story"
                columns={columnsOf(setChosen)}
                rows={events}
                keyOf={({ id }) => id}
                isSelected={({ id }) => id === chosen}
              />
              <div class="row">
                <button
                  type="button"
                  disabled={cursors.length === 0}
                  onClick={() => setCursors((all) => all.slice(0, -1))}
                >
                  Before
                </button>
                <button
                  type="button"
                  disabled={next === undefined}
                  onClick={() => setCursors((all) => [...all, next!])}
                >
                  After
                </button>
              </div>
              {event && <EventDetail key={event.id} world={world} chronicle={chronicle} event={event} />}
            </>
          )
        }}
      </Answer>
    </Panel>
  )
}

const columnsOf = (choose: (id: string) => void) => [
  {
    title: 'Event',
    cell: ({ id, summary }: StoryEvent) => (
      <button type="button" class="quiet wrap" onClick={() => choose(id)}>
        {summary || id}
      </button>
    ),
  },
  { title: 'When', cell: ({ timestamp }: StoryEvent) => <When time={timestamp} /> },
  { title: 'Type', cell: ({ eventType }: StoryEvent) => eventType },
  { title: 'Action', cell: ({ action }: StoryEvent) => action },
  { title: 'Actors', cell: ({ actors }: StoryEvent) => actors?.map(({ name }) => name).join(', ') },
  {
    title: 'Told',
    cell: ({ version, retracted }: StoryEvent) =>
      retracted ? <span class="badge bad">retracted</span> : version > 1 ? `version ${version}` : 'once',
  },
]
