import { api } from '../../api.ts'
import { Answer } from '../../ui/asked.tsx'
import { Figure } from '../../ui/figure.tsx'
import { useAsk } from '../../use-ask.ts'
import type { OfChronicle, StoryEvent } from './events.tsx'

/** An event as it is told now, and what led to it. */
export const EventDetail = ({ world, chronicle, event }: OfChronicle & { event: StoryEvent }) => {
  const causes = useAsk(
    (signal) =>
      api().get('/api/chronicles/{id}/events/{eventId}/causes', {
        ...{ path: { id: chronicle, eventId: event.id }, query: { world, depth: '5' }, signal },
      }),
    [world, chronicle, event.id],
  )
  return (
    <section aria-label={`Event ${event.id}`}>
      <h3>{event.summary || event.id}</h3>
      <div class="columns">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
        <pre class="json" tabIndex={0}>
          {JSON.stringify(event, null, 2)}
        </pre>
        <div>
          <h4>What led to it</h4>
          <Answer of={causes}>
            {({ events, truncated }) => (
              <>
                {events.length <= 1 && <p class="notice">No cause is told.</p>}
                <ul>
                  {events
                    .filter(({ depth }) => depth > 0)
                    .map(({ id, depth, told, summary }) => (
                      <li key={id}>
                        <Figure value={depth} /> back: {summary || id}
                        {!told && <span class="badge">not told</span>}
                      </li>
                    ))}
                </ul>
                {truncated && <p class="notice">There is more.</p>}
              </>
            )}
          </Answer>
        </div>
      </div>
    </section>
  )
}
