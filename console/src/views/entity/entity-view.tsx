import './entity.css'
import { useState } from 'preact/hooks'
import { api } from '../../api.ts'
import { goTo, pathTo } from '../../router.ts'
import { Answer } from '../../ui/asked.tsx'
import { EntitySearch } from '../../ui/entity-search.tsx'
import { useAsk } from '../../use-ask.ts'
import type { ViewProps } from '../../views.ts'
import { Components } from './components.tsx'
import { Explanation } from './explanation.tsx'
import { Facts } from './facts.tsx'
import { History } from './history.tsx'
import { Relationships } from './relationships.tsx'
import { Timeline } from './timeline.tsx'

/** One entity: what it is, what it is related to, and how it came to be so. */
const EntityView = ({ world, rest, query }: ViewProps) => {
  const [id] = rest
  const text = query.get('asOf') ?? ''
  const asOf = /^\d+$/.test(text) ? Number(text) : undefined
  return (
    <div class="page">
      <div class="row entity-head">
        <h1>{id ?? 'Entity'}</h1>
        <EntitySearch world={world} choose={(found) => goTo(pathTo(world, 'entity', [found]))} />
      </div>
      {id === undefined ? (
        <p class="notice">
          Find an entity by its name or id, or choose one in Space or in the answer of a query.
        </p>
      ) : (
        <Entity key={`${world} ${id} ${asOf}`} world={world} id={id} asOf={asOf} />
      )}
    </div>
  )
}

export default EntityView

const refreshMs = 5_000

const Entity = ({ world, id, asOf }: { world: string; id: string; asOf: number | undefined }) => {
  const [explained, setExplained] = useState<{ field: string; asOf: number | undefined }>()
  const entity = useAsk(
    (signal) =>
      api().get('/worlds/{world}/entities/{id}', {
        ...{ path: { world, id }, signal },
        query: { ...(asOf !== undefined && { asOf: String(asOf) }) },
      }),
    [world, id, asOf],
    asOf === undefined ? { everyMs: refreshMs } : {},
  )
  const seq = entity.data?.seq
  const explain = (field: string, at = asOf) => setExplained({ field, asOf: at })
  return (
    <>
      {asOf !== undefined && (
        <p class="notice">
          As of seq {asOf}. <a href={pathTo(world, 'entity', [id])}>As it is now</a>
        </p>
      )}
      <Answer of={entity}>
        {(found) => (
          <>
            <div class="columns">
              <Facts world={world} entity={found} explain={explain} />
              <Components
                world={world}
                entity={found}
                isPast={asOf !== undefined}
                explain={explain}
                changed={entity.reload}
              />
              <Relationships world={world} id={id} asOf={asOf} />
            </div>
            {explained && (
              <Explanation world={world} id={id} {...explained} close={() => setExplained(undefined)} />
            )}
            <History world={world} id={id} asOf={asOf} seq={seq!} explain={explain} />
            <Timeline world={world} id={id} asOf={asOf} seq={seq!} />
          </>
        )}
      </Answer>
    </>
  )
}
