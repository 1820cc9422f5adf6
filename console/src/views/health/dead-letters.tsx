import { useState } from 'preact/hooks'
import type { components } from '../../../../client/api-types.ts'
import { api, explain } from '../../api.ts'
import { Answer } from '../../ui/asked.tsx'
import { Figure } from '../../ui/figure.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Table } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'
import { useAsk } from '../../use-ask.ts'
import { DiscardForm } from './discard-form.tsx'

type Letter = components['schemas']['DeadLetter']
export type Choice = { destination: string; seq: number } | Record<string, never>

const keyOf = ({ destination, seq }: Letter) => `${destination} ${seq}`

/** What was refused for good: to look into, to send again, to discard for a reason. */
export const DeadLetters = ({ world }: { world: string }) => {
  const asked = useAsk(
    (signal) =>
      api().page('/worlds/{world}/dead-letters', { path: { world }, query: { limit: '200' }, signal }),
    [world],
    { everyMs: 5_000 },
  )
  const [chosen, setChosen] = useState<string>()
  const [discarding, setDiscarding] = useState<Choice>()
  const [said, setSaid] = useState('')
  const act = async (work: () => Promise<string>) => {
    setSaid(await work().catch(explain))
    setDiscarding(undefined)
    asked.reload()
  }
  const replay = (choice: Choice) =>
    act(async () => {
      const { letters } = await api().post('/worlds/{world}/dead-letters/replay', {
        path: { world },
        body: choice,
      })
      return `${letters} will be sent again.`
    })
  const discard = (choice: Choice, reason: string) =>
    act(async () => {
      const { discarded } = await api().post('/worlds/{world}/dead-letters/discard', {
        ...{ path: { world }, body: { ...choice, reason } },
      })
      return `${discarded} discarded.`
    })
  return (
    <Panel
      title="Dead letters"
      tools={
        (asked.data?.body.letters.length ?? 0) > 0 && (
          <div class="row">
            <button type="button" onClick={() => replay({})}>
              Send all again
            </button>
            <button type="button" class="danger" onClick={() => setDiscarding({})}>
              Discard all…
            </button>
          </div>
        )
      }
    >
      <p role="status">{said}</p>
      {discarding !== undefined && (
        <DiscardForm
          choice={discarding}
          onDiscard={(reason) => discard(discarding, reason)}
          onCancel={() => setDiscarding(undefined)}
        />
      )}
      <Answer of={asked}>
        {({ body: { letters, counts }, next }) => {
          const letter = letters.find((one) => keyOf(one) === chosen)
          return (
            <>
              {counts.length > 0 && (
                <p>
                  {counts.map(({ destination, count }) => (
                    <span key={destination} class="badge bad">
                      {destination} <Figure value={count} />
                    </span>
                  ))}
                </p>
              )}
              <Table
                caption="Dead letters by destination and seq"
                columns={columnsOf(setChosen)}
                rows={letters}
                keyOf={keyOf}
                isSelected={(one) => keyOf(one) === chosen}
              />
              {next !== undefined && <p class="notice">The first 200 are shown.</p>}
              {letter && <Looked letter={letter} onReplay={replay} onDiscard={setDiscarding} />}
            </>
          )
        }}
      </Answer>
    </Panel>
  )
}

const columnsOf = (choose: (key: string) => void) => [
  {
    title: 'Event',
    cell: (one: Letter) => (
      <button type="button" class="link" onClick={() => choose(keyOf(one))}>
        {one.seq} {one.event?.type ?? '(not in the log)'}
      </button>
    ),
  },
  { title: 'Destination', cell: ({ destination }: Letter) => destination },
  { title: 'Attempts', isNumber: true, cell: ({ attempts }: Letter) => <Figure value={attempts} /> },
  {
    title: 'Since',
    cell: ({ deadAt }: Letter) => <When time={deadAt} />,
    sort: ({ deadAt }: Letter) => deadAt,
  },
  { title: 'Error', cell: ({ error }: Letter) => error },
]

interface LookedProps {
  letter: Letter
  onReplay(choice: Choice): void
  onDiscard(choice: Choice): void
}

const Looked = ({ letter, onReplay, onDiscard }: LookedProps) => {
  const { destination, seq, error, event } = letter
  return (
    <section aria-label={`Letter ${seq} to ${destination}`}>
      <h3>
        Event {seq} to {destination}
      </h3>
      <p>{error}</p>
      {event !== null && (
        <>
          <p>
            {event.type} {event.entityId && `of ${event.entityId}`},{' '}
            <Figure value={event.bytes} unit="bytes" />, <When time={event.occurredAt} />
          </p>
          {event.data !== null && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
            <pre class="json" tabIndex={0}>
              {JSON.stringify(event.data, null, 2)}
            </pre>
          )}
        </>
      )}
      <div class="row">
        <button
          type="button"
          disabled={destination.startsWith('consumer:')}
          onClick={() => onReplay({ destination, seq })}
        >
          Send again
        </button>
        <button type="button" class="danger" onClick={() => onDiscard({ destination, seq })}>
          Discard…
        </button>
      </div>
    </section>
  )
}
