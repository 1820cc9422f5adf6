import { useState } from 'preact/hooks'
import type { components } from '../../../../client/api-types.ts'
import { api, explain } from '../../api.ts'
import { Answer } from '../../ui/asked.tsx'
import { Figure } from '../../ui/figure.tsx'
import { Table } from '../../ui/table.tsx'
import { useAsk } from '../../use-ask.ts'
import { CountsOf } from './fork-diff.tsx'

type Conflict = components['schemas']['PromotionConflict']

const strategies = {
  refuse: 'refuse: nothing is promoted',
  merge: 'merge: both stand where they changed other fields',
  fork: 'fork: what the fork did stands',
  parent: 'parent: what the parent did stands',
} as const
type Strategy = keyof typeof strategies

interface Props {
  fork: string
  parent: string
  onDone(): void
}

/** Says what a promotion would do, and does it when it is asked to, if the parent is still as it was then. */
export const Promote = ({ fork, parent, onDone }: Props) => {
  const [strategy, setStrategy] = useState<Strategy>('refuse')
  const [said, setSaid] = useState<string>()
  const body = { into: parent, strategy }
  const plan = useAsk(
    (signal) =>
      api().post('/worlds/{world}/promote', {
        path: { world: fork },
        body: { ...body, dryRun: true },
        signal,
      }),
    [fork, parent, strategy],
  )
  const promote = async (expectSeq: number) => {
    const answer = api().post('/worlds/{world}/promote', {
      path: { world: fork },
      body: { ...body, expectSeq },
    })
    setSaid(await answer.then(({ events }) => `Promoted: ${events} events in ${parent}.`, explain))
    plan.reload()
    onDone()
  }
  return (
    <section aria-label={`Promote ${fork}`}>
      <h3>
        Promote {fork} into {parent}
      </h3>
      <label class="field">
        What both changed
        <select value={strategy} onChange={(event) => setStrategy(event.currentTarget.value as Strategy)}>
          {Object.entries(strategies).map(([id, title]) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <Answer of={plan}>
        {({ entities, relationships, conflicts, conflictCount, unsettledCount, leftBehind, seq }) => (
          <>
            <dl class="facts">
              <CountsOf what="Entities" counts={entities} />
              <CountsOf what="Relationships" counts={relationships} />
              <dt>Conflicts</dt>
              <dd>
                <Figure value={conflictCount} />, not settled <Figure value={unsettledCount} />
              </dd>
              <dt>Stays in the fork</dt>
              <dd>
                <Figure value={leftBehind.settings} /> changes of settings,{' '}
                <Figure value={leftBehind.chronicleEvents} /> chronicle events
              </dd>
            </dl>
            {conflicts.length > 0 && (
              <Table
                caption="What both changed, the first hundred"
                columns={conflictColumns}
                rows={conflicts}
                keyOf={({ kind, name }) => `${kind} ${name}`}
              />
            )}
            <button type="button" class="primary" disabled={unsettledCount > 0} onClick={() => promote(seq!)}>
              Promote
            </button>
          </>
        )}
      </Answer>
      <p role="status">{said}</p>
    </section>
  )
}

const conflictColumns = [
  { title: 'What', cell: ({ kind, name }: Conflict) => `${kind} ${name}` },
  { title: 'In the fork', cell: ({ inFork }: Conflict) => `${inFork.kind} ${inFork.fields.join(', ')}` },
  {
    title: 'In the parent',
    cell: ({ inParent }: Conflict) => `${inParent.kind} ${inParent.fields.join(', ')}`,
  },
  { title: 'Both', cell: ({ bothFields }: Conflict) => bothFields.join(', ') },
]
