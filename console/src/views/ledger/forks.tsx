import { useState } from 'preact/hooks'
import type { components } from '../../../../client/api-types.ts'
import { api } from '../../api.ts'
import { pagesOf } from '../../pages.ts'
import { pathTo } from '../../router.ts'
import { Answer } from '../../ui/asked.tsx'
import { Figure } from '../../ui/figure.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useAsk } from '../../use-ask.ts'
import { ForkDiff } from './fork-diff.tsx'
import { type ForkNode, forkTrees, treeOf } from './fork-tree.ts'
import { Promote } from './promote.tsx'

type World = components['schemas']['World']

const mostWorlds = 5_000

/** The world with whatever it was forked of and was forked of it; each fork beside what it differs in. */
export const Forks = ({ world }: { world: string }) => {
  const asked = useAsk(
    (signal) =>
      pagesOf(
        (cursor) => api().page('/worlds', { query: { limit: '1000', ...(cursor && { cursor }) }, signal }),
        ({ worlds }) => worlds,
        mostWorlds,
      ),
    [world],
  )
  const [shown, setShown] = useState<{ fork: string; what: 'diff' | 'promote' }>()
  const choose = (fork: string, what: 'diff' | 'promote') => setShown({ fork, what })
  return (
    <Panel title="Forks">
      <Answer of={asked}>
        {(worlds) => {
          const tree = treeOf(forkTrees(worlds), world)
          const fork = worlds.find(({ name }) => name === shown?.fork)
          return (
            <>
              {tree && (
                <ul class="tree">
                  <Branch node={tree} current={world} onChoose={choose} />
                </ul>
              )}
              {tree?.forks.length === 0 && <p class="notice">It has no forks, and is none.</p>}
              {fork?.parent && shown!.what === 'diff' && (
                <ForkDiff fork={fork.name} parent={fork.parent.name} key={`diff ${fork.name}`} />
              )}
              {fork?.parent && shown!.what === 'promote' && (
                <Promote
                  key={`promote ${fork.name}`}
                  fork={fork.name}
                  parent={fork.parent.name}
                  onDone={asked.reload}
                />
              )}
            </>
          )
        }}
      </Answer>
    </Panel>
  )
}

interface BranchProps {
  node: ForkNode<World>
  current: string
  onChoose(fork: string, what: 'diff' | 'promote'): void
}

const Branch = ({ node: { world, forks }, current, onChoose }: BranchProps) => (
  <li>
    <span class="row">
      <a href={pathTo(world.name, 'ledger')} aria-current={world.name === current ? 'true' : undefined}>
        {world.name}
      </a>
      {world.parent && (
        <>
          <span>
            at seq <Figure value={world.parent.seq} />, now <Figure value={world.seq} />
          </span>
          <button type="button" onClick={() => onChoose(world.name, 'diff')}>
            Diff of {world.name}
          </button>
          <button type="button" onClick={() => onChoose(world.name, 'promote')}>
            Promote {world.name}…
          </button>
        </>
      )}
    </span>
    {forks.length > 0 && (
      <ul class="tree">
        {forks.map((fork) => (
          <Branch key={fork.world.worldId} node={fork} current={current} onChoose={onChoose} />
        ))}
      </ul>
    )}
  </li>
)
