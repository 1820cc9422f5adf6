import { useEffect } from 'preact/hooks'
import { api } from '../../api.ts'
import { pathTo } from '../../router.ts'
import { Answer } from '../../ui/asked.tsx'
import { Figure } from '../../ui/figure.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useAsk } from '../../use-ask.ts'

export interface Edge {
  sourceId: string
  targetId: string
  type: string
  strength: number
}

interface Props {
  world: string
  id: string
  asOf: number | undefined
  choose(id: string | undefined): void
  /** Its relationships, to be drawn. */
  onEdges(edges: readonly Edge[]): void
  flyTo(): void
}

/** Lines that are drawn; in the list stand the first few. */
const mostEdges = 1_000
const mostListed = 30

/** What is chosen: what it is, and its relationships. */
export const Selection = ({ world, id, asOf, choose, onEdges, flyTo }: Props) => {
  const at = asOf === undefined ? {} : { asOf: String(asOf) }
  const entity = useAsk(
    (signal) =>
      api().get('/worlds/{world}/entities/{id}', {
        path: { world, id },
        query: { ...at, ...(asOf !== undefined && { physics: 'false' as const }) },
        signal,
      }),
    [world, id, asOf],
  )
  const edges = useAsk(
    (signal) =>
      api().get('/worlds/{world}/relationships', {
        path: { world },
        query: { entity: id, limit: String(mostEdges), ...at },
        signal,
      }),
    [world, id, asOf],
  )
  useEffect(() => onEdges(edges.data?.relationships ?? []), [edges.data])
  return (
    <Panel
      title="Selection"
      class="selection"
      tools={
        <button type="button" class="quiet" onClick={() => choose(undefined)}>
          Clear
        </button>
      }
    >
      <Answer of={entity}>
        {({ name, classType, position, physics, fluxPosition, parameters }) => (
          <>
            <h3>
              <a href={pathTo(world, 'entity', [id])}>{name}</a>
            </h3>
            <dl class="facts">
              <dt>Id</dt>
              <dd>{id}</dd>
              <dt>Class</dt>
              <dd>{classType}</dd>
              <dt>Position</dt>
              <dd>
                {(physics?.position ?? position).map((value, axis) => (
                  <span key={axis}>
                    <Figure value={value} />{' '}
                  </span>
                ))}
              </dd>
              <dt>Activity</dt>
              <dd>
                <Figure value={physics?.activity ?? (parameters as { activity?: number }).activity ?? 0} />
              </dd>
              <dt>Flux</dt>
              <dd>
                <Figure value={fluxPosition} />
              </dd>
            </dl>
            <button type="button" onClick={flyTo}>
              Fly to it
            </button>
          </>
        )}
      </Answer>
      <Answer of={edges}>
        {({ relationships }) => <Edges edges={relationships} id={id} choose={choose} />}
      </Answer>
    </Panel>
  )
}

const Edges = ({ edges, id, choose }: { edges: readonly Edge[]; id: string; choose(id: string): void }) => (
  <>
    <h3>
      Relationships <Figure value={edges.length} />
      {edges.length === mostEdges && '+'}
    </h3>
    <ul class="edges">
      {edges.slice(0, mostListed).map(({ sourceId, targetId, type }) => {
        const other = sourceId === id ? targetId : sourceId
        return (
          <li key={`${sourceId} ${targetId} ${type}`}>
            {sourceId === id ? '→' : '←'} {type}{' '}
            <button type="button" class="link" onClick={() => choose(other)}>
              {other}
            </button>
          </li>
        )
      })}
    </ul>
  </>
)
