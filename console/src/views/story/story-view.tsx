import { api } from '../../api.ts'
import { pagesOf } from '../../pages.ts'
import { goTo, pathTo } from '../../router.ts'
import { Answer } from '../../ui/asked.tsx'
import { Figure } from '../../ui/figure.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useAsk } from '../../use-ask.ts'
import type { ViewProps } from '../../views.ts'
import { AskContext } from './ask-context.tsx'
import { Events } from './events.tsx'
import { Relationships } from './relationships.tsx'

const mostChronicles = 1_000

const StoryView = ({ world, rest }: ViewProps) => {
  const asked = useAsk(
    (signal) =>
      pagesOf(
        (cursor) => api().page('/api/chronicles', { query: { world, ...(cursor && { cursor }) }, signal }),
        ({ chronicles }) => chronicles,
        mostChronicles,
      ),
    [world],
  )
  return (
    <div class="page">
      <h1>Story of {world}</h1>
      <Answer of={asked}>
        {(chronicles) => {
          const chronicle = chronicles.find(({ id }) => id === rest[0]) ?? chronicles[0]
          if (chronicle === undefined) return <p class="notice">Nothing is told of this world yet.</p>
          return (
            <>
              <Panel title="Chronicle">
                <label class="field">
                  Chronicle
                  <select
                    value={chronicle.id}
                    onChange={(event) => goTo(pathTo(world, 'story', [event.currentTarget.value]))}
                  >
                    {chronicles.map(({ id, title }) => (
                      <option key={id} value={id}>
                        {title}
                      </option>
                    ))}
                  </select>
                </label>
                <p>
                  <Figure value={chronicle.eventCount} /> events. {chronicle.description}
                </p>
              </Panel>
              <Events key={`events ${chronicle.id}`} world={world} chronicle={chronicle.id} />
              <Relationships
                key={`graph ${chronicle.id}`}
                world={world}
                chronicle={chronicle.id}
                fromSeq={chronicle.seq}
              />
              <AskContext key={`ask ${chronicle.id}`} world={world} chronicle={chronicle.id} />
            </>
          )
        }}
      </Answer>
    </div>
  )
}

export default StoryView
