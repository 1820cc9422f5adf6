import { Answer } from '../../ui/asked.tsx'
import { Figure } from '../../ui/figure.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Table } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'
import { useAsk } from '../../use-ask.ts'
import type { ViewProps } from '../../views.ts'
import { Costs } from './costs.tsx'
import { DeadLetters } from './dead-letters.tsx'
import { Pace } from './pace.tsx'
import { askHealth, type Listener, type WorldHealth } from './world-health.ts'

/** Often enough to see a queue drain, and seldom enough to cost nothing. */
const everyMs = 5_000

const HealthView = ({ world }: ViewProps) => {
  const health = useAsk((signal) => askHealth(world, signal), [world], { everyMs })
  return (
    <div class="page">
      <h1>Health of {world}</h1>
      <Answer of={health}>
        {({ health: found, physics }) => (
          <>
            <div class="columns">
              <Panel title="Now">
                <Now health={found} />
              </Panel>
              <Panel title="Space">
                <Space health={found} />
              </Panel>
            </div>
            <Pace world={world} health={found} physics={physics} />
            <Panel title="Who listens to the log">
              <Table
                caption="Relay destinations and consumers, and how far behind the log each is"
                columns={listenerColumns}
                rows={listenersOf(found)}
                keyOf={({ kind, name }) => `${kind} ${name}`}
              />
            </Panel>
          </>
        )}
      </Answer>
      <DeadLetters world={world} />
      <Costs world={world} />
    </div>
  )
}

const Now = ({ health }: { health: WorldHealth }) => {
  const { ingest, physics, oldestUndeliveredMs, degraded, seq } = health
  return (
    <dl class="facts">
      <dt>Events, last minute</dt>
      <dd>
        <Figure value={ingest.eventsLastMinute} />
      </dd>
      <dt>Events, last hour</dt>
      <dd>
        <Figure value={ingest.eventsLastHour} />
      </dd>
      <dt>Last seq</dt>
      <dd>
        <Figure value={seq} />, <When time={ingest.lastEventAt} />
      </dd>
      <dt>Oldest undelivered</dt>
      <dd>
        <Figure value={Math.round(oldestUndeliveredMs)} unit="ms" />
      </dd>
      <dt>Physics</dt>
      <dd>
        {physics.held ? <span class="badge good">held</span> : <span class="badge">not held</span>} tick{' '}
        <Figure value={physics.tick} />
      </dd>
      <dt>Chronicles</dt>
      <dd>
        {degraded ? (
          <span class="badge warn">entities may not be as told</span>
        ) : (
          <span class="badge good">up to date</span>
        )}
      </dd>
    </dl>
  )
}

const Space = ({ health }: { health: WorldHealth }) => {
  const { snapshot, danglingRelationships } = health.space
  return (
    <dl class="facts">
      <dt>Quality score</dt>
      <dd>
        <Figure value={snapshot?.qualityScore} />
      </dd>
      <dt>Dangling connections</dt>
      <dd>
        <Figure value={danglingRelationships} />
      </dd>
      <dt>Last snapshot</dt>
      <dd>
        {snapshot === null ? (
          'none'
        ) : (
          <>
            seq <Figure value={snapshot.seq} />, <When time={snapshot.createdAt} />
          </>
        )}
      </dd>
    </dl>
  )
}

type Row = Listener & { kind: 'relay' | 'consumer' }

const listenersOf = ({ relay, consumers }: WorldHealth): Row[] => [
  ...relay.map((one) => ({ ...one, kind: 'relay' as const })),
  ...consumers.map((one) => ({ ...one, kind: 'consumer' as const })),
]

const listenerColumns = [
  { title: 'Name', cell: ({ name }: Row) => name },
  { title: 'Kind', cell: ({ kind }: Row) => kind },
  { title: 'Seq', isNumber: true, cell: ({ seq }: Row) => <Figure value={seq} /> },
  {
    ...{ title: 'Behind', isNumber: true },
    cell: ({ lagEvents }: Row) => <Figure value={lagEvents} />,
    sort: ({ lagEvents }: Row) => lagEvents,
  },
  { title: 'Failures', isNumber: true, cell: ({ attempts }: Row) => <Figure value={attempts} /> },
  { title: 'Last error', cell: ({ lastError }: Row) => lastError ?? <span class="none">–</span> },
]

export default HealthView
