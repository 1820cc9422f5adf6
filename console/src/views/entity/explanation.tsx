import type { ComponentChildren } from 'preact'
import { api } from '../../api.ts'
import { Answer } from '../../ui/asked.tsx'
import { Figure } from '../../ui/figure.tsx'
import { Panel } from '../../ui/panel.tsx'
import { When } from '../../ui/when.tsx'
import { useAsk } from '../../use-ask.ts'
import { Value } from './value.tsx'

interface Props {
  world: string
  id: string
  field: string
  asOf: number | undefined
  close(): void
}

/** What made a value: request, event, batch, tick, commits, in the order in which it went. */
export const Explanation = ({ world, id, field, asOf, close }: Props) => {
  const explanation = useAsk(
    (signal) =>
      api().get('/worlds/{world}/entities/{id}/explain', {
        ...{ path: { world, id }, signal },
        query: { field, ...(asOf !== undefined && { asOf: String(asOf) }) },
      }),
    [world, id, field, asOf],
  )
  return (
    <Panel
      title={`Why ${field}`}
      tools={
        <button type="button" class="quiet" onClick={close}>
          Close
        </button>
      }
    >
      <Answer of={explanation}>
        {({ value, request, chronicleEvents, event, batch, tick, commits }) => (
          <>
            <p>
              <code>{field}</code> is <Value value={value} />.
            </p>
            <ol class="chain">
              <Link name="Request" part={request}>
                {({ requestId, subject, status, at }) => (
                  <>
                    <code>{requestId}</code> of {subject ?? 'somebody'}, {status}, <When time={at} />
                  </>
                )}
              </Link>
              {chronicleEvents.map(({ chronicleId, id: eventId, summary }) => (
                <li key={eventId}>
                  <b>Chronicle event</b> <code>{eventId}</code> of {chronicleId}: {String(summary ?? '')}
                </li>
              ))}
              <Link name="Event" part={event}>
                {({ seq, type, occurredAt, oldValue, newValue }) => (
                  <>
                    seq <Figure value={seq} />, {type}, <When time={occurredAt} />: <Value value={oldValue} />{' '}
                    → <Value value={newValue} />
                  </>
                )}
              </Link>
              <Link name="Batch" part={batch}>
                {({ destination, delivered, deliveredUpTo }) => (
                  <>
                    {delivered ? 'delivered to' : 'waits for'} {destination}, which has what came up to seq{' '}
                    <Figure value={deliveredUpTo} />
                  </>
                )}
              </Link>
              <Link name="Tick" part={tick}>
                {({ tick: number, fromSeq, toSeq }) => (
                  <>
                    <Figure value={number} /> took up seq <Figure value={fromSeq} /> to{' '}
                    <Figure value={toSeq} />
                  </>
                )}
              </Link>
              {commits.map(({ layer, region, commit, note, gamma }) => (
                <Link key={layer} name={`Commit, ${layer}`} part={commit}>
                  {({ commitId, number, epochStart, epochEnd }) => (
                    <>
                      <Figure value={number} /> of ticks <Figure value={epochStart} /> to{' '}
                      <Figure value={epochEnd} /> in <code>{region}</code>, <code>{commitId}</code>
                      {note && <span class="none"> {note}</span>}
                      {gamma && (
                        <>
                          ; gamma there: weight <Figure value={gamma.weight} /> of{' '}
                          <Figure value={gamma.count} /> ticks
                        </>
                      )}
                    </>
                  )}
                </Link>
              ))}
            </ol>
          </>
        )}
      </Answer>
    </Panel>
  )
}

interface Absence {
  absence: string
  detail: string
}

/** A part of the chain, or why it is not there. */
const Link = <T extends object>({
  name,
  part,
  children,
}: {
  name: string
  part: T | Absence
  children: (part: Exclude<T, Absence>) => ComponentChildren
}) => (
  <li>
    <b>{name}</b>{' '}
    {'absence' in part ? (
      <span class="none">{(part as Absence).detail}</span>
    ) : (
      children(part as Exclude<T, Absence>)
    )}
  </li>
)
