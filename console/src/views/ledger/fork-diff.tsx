import type { components } from '../../../../client/api-types.ts'
import { api } from '../../api.ts'
import { Answer } from '../../ui/asked.tsx'
import { Figure } from '../../ui/figure.tsx'
import { Table } from '../../ui/table.tsx'
import { useAsk } from '../../use-ask.ts'

type Diff = components['schemas']['WorldDiff']
type Counts = NonNullable<Diff['summary']>['entities']

/** What leads from the parent as it is to the fork as it is; the first hundred of it. */
export const ForkDiff = ({ fork, parent }: { fork: string; parent: string }) => {
  const asked = useAsk(
    (signal) =>
      api().get('/worlds/{a}/diff/{b}', { path: { a: parent, b: fork }, query: { limit: '100' }, signal }),
    [fork, parent],
  )
  return (
    <section aria-label={`Diff from ${parent} to ${fork}`}>
      <h3>
        From {parent} to {fork}
      </h3>
      <Answer of={asked}>
        {({ summary, entities, relationships }) => (
          <>
            {summary && (
              <dl class="facts">
                <CountsOf what="Entities" counts={summary.entities} />
                <CountsOf what="Relationships" counts={summary.relationships} />
              </dl>
            )}
            <Table
              caption="Entities that differ, the first hundred"
              columns={entityColumns}
              rows={entities}
              keyOf={({ id }) => id}
            />
            <Table
              caption="Relationships that differ"
              columns={relationshipColumns}
              rows={relationships}
              keyOf={({ sourceId, type, targetId }) => `${sourceId} ${type} ${targetId}`}
            />
          </>
        )}
      </Answer>
    </section>
  )
}

export const CountsOf = ({ what, counts }: { what: string; counts: Counts }) => (
  <>
    <dt>{what}</dt>
    <dd>
      <Figure value={counts.created} /> created, <Figure value={counts.changed} /> changed,{' '}
      <Figure value={counts.deleted} /> deleted
    </dd>
  </>
)

type EntityRow = Diff['entities'][number]
type RelationshipRow = Diff['relationships'][number]

const fieldsOf = (changes: EntityRow['changes']) => changes?.map(({ field }) => field).join(', ')

const entityColumns = [
  { title: 'Entity', cell: ({ id }: EntityRow) => id },
  { title: 'Is', cell: ({ kind }: EntityRow) => kind },
  { title: 'Fields', cell: ({ changes }: EntityRow) => fieldsOf(changes) ?? <span class="none">–</span> },
]

const relationshipColumns = [
  { title: 'From', cell: ({ sourceId }: RelationshipRow) => sourceId },
  { title: 'Type', cell: ({ type }: RelationshipRow) => type },
  { title: 'To', cell: ({ targetId }: RelationshipRow) => targetId },
  { title: 'Is', cell: ({ kind }: RelationshipRow) => kind },
]
