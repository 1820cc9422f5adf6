import { useState } from 'preact/hooks'
import { api } from '../../api.ts'
import { Answer } from '../../ui/asked.tsx'
import { Figure } from '../../ui/figure.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Table } from '../../ui/table.tsx'
import { useAsk } from '../../use-ask.ts'
import type { OfChronicle } from './events.tsx'
import { Graph } from './graph.tsx'

export interface Edge {
  sourceId: string
  targetId: string
  type: string
  strength: number
}

export interface Node {
  id: string
  name: string | null
  classType: string | null
}

/** So many edges are still told apart. */
const most = '150'

/** Who stands how to whom, as of a moment of the world's log since the chronicle was made. */
export const Relationships = ({ world, chronicle, fromSeq }: OfChronicle & { fromSeq: number }) => {
  const now = useAsk((signal) => api().get('/worlds/{world}', { path: { world }, signal }), [world])
  const [seq, setSeq] = useState<number>()
  const [type, setType] = useState('')
  const asked = useAsk(
    (signal) =>
      api().get('/api/chronicles/{id}/relationships', {
        path: { id: chronicle },
        query: { world, limit: most, ...(seq !== undefined && { asOf: String(seq) }), ...(type && { type }) },
        signal,
      }),
    [world, chronicle, seq, type],
  )
  const last = now.data?.seq ?? 0
  return (
    <Panel
      title="Relationships"
      tools={
        <div class="row">
          <label class="row">
            As of seq
            <input
              type="range"
              min={fromSeq}
              max={Math.max(fromSeq, last)}
              value={seq ?? last}
              onChange={(event) => setSeq(Number(event.currentTarget.value))}
            />
            <output>{seq ?? 'now'}</output>
          </label>
          <button type="button" disabled={seq === undefined} onClick={() => setSeq(undefined)}>
            Now
          </button>
          <label class="row">
            Type
            <input
              value={type}
              size={12}
              placeholder="any"
              onChange={(event) => setType(event.currentTarget.value.trim())}
            />
          </label>
        </div>
      }
    >
      <Answer of={asked}>
        {(answer) => {
          const edges = answer.edges as unknown as Edge[]
          const nodes = answer.nodes as unknown as Node[]
          const names = new Map(nodes.map(({ id, name }) => [id, name ?? id]))
          return (
            <>
              <p class="notice">
                <Figure value={nodes.length} /> entities and <Figure value={edges.length} /> relationships, as
                of seq <Figure value={answer.seq} />
                {answer.degraded && ': dug out of the chronicles, as entities could not be asked'}
              </p>
              {nodes.length > 0 && <Graph nodes={nodes} edges={edges} />}
              <Table
                caption="Relationships between actors"
                columns={columnsOf(names)}
                rows={edges}
                keyOf={({ sourceId, type: kind, targetId }) => `${sourceId} ${kind} ${targetId}`}
              />
            </>
          )
        }}
      </Answer>
    </Panel>
  )
}

const columnsOf = (names: ReadonlyMap<string, string>) => [
  {
    title: 'From',
    cell: ({ sourceId }: Edge) => names.get(sourceId),
    sort: ({ sourceId }: Edge) => names.get(sourceId),
  },
  { title: 'Type', cell: ({ type }: Edge) => type, sort: ({ type }: Edge) => type },
  {
    title: 'To',
    cell: ({ targetId }: Edge) => names.get(targetId),
    sort: ({ targetId }: Edge) => names.get(targetId),
  },
  {
    ...{ title: 'Strength', isNumber: true },
    cell: ({ strength }: Edge) => <Figure value={strength} />,
    sort: ({ strength }: Edge) => strength,
  },
]
