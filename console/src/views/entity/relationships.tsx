import { api } from '../../api.ts'
import { pathTo } from '../../router.ts'
import { Answer } from '../../ui/asked.tsx'
import { Figure } from '../../ui/figure.tsx'
import { Panel } from '../../ui/panel.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { useAsk } from '../../use-ask.ts'

interface Edge {
  sourceId: string
  targetId: string
  type: string
  strength: number
  label: string | null
}

const most = 500

export const Relationships = ({
  world,
  id,
  asOf,
}: {
  world: string
  id: string
  asOf: number | undefined
}) => {
  const edges = useAsk(
    (signal) =>
      api().page('/worlds/{world}/relationships', {
        ...{ path: { world }, signal },
        query: { entity: id, limit: String(most), ...(asOf !== undefined && { asOf: String(asOf) }) },
      }),
    [world, id, asOf],
  )
  const columns: Column<Edge>[] = [
    { title: '', cell: ({ sourceId }) => (sourceId === id ? '→' : '←') },
    { title: 'Type', cell: ({ type }) => type, sort: ({ type }) => type },
    {
      title: 'Other end',
      cell: (edge) => <Other world={world} id={otherOf(edge, id)} />,
      sort: (edge) => otherOf(edge, id),
    },
    {
      ...{ title: 'Strength', isNumber: true },
      cell: ({ strength }) => <Figure value={strength} />,
      sort: ({ strength }) => strength,
    },
    { title: 'Label', cell: ({ label }) => label },
  ]
  return (
    <Panel title="Relationships">
      <Answer of={edges}>
        {({ body: { relationships }, next }) => (
          <>
            <Table
              caption="Relationships"
              columns={columns}
              rows={relationships}
              keyOf={({ sourceId, targetId, type }) => `${sourceId} ${targetId} ${type}`}
            />
            {next !== undefined && <p class="notice">The first {most}; the Query view finds the others.</p>}
          </>
        )}
      </Answer>
    </Panel>
  )
}

const otherOf = ({ sourceId, targetId }: Edge, id: string): string => (sourceId === id ? targetId : sourceId)

const Other = ({ world, id }: { world: string; id: string }) => (
  <a href={pathTo(world, 'entity', [id])}>{id}</a>
)
