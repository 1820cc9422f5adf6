import type { components } from '../../../../client/api-types.ts'
import { api } from '../../api.ts'
import { pagesOf } from '../../pages.ts'
import { Answer } from '../../ui/asked.tsx'
import { Figure } from '../../ui/figure.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Table } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'
import { useAsk } from '../../use-ask.ts'
import { type LinkState, linksOf, nameOf } from './chain-links.ts'

type Commit = components['schemas']['CommitHead']

const most = 200

/** The last commits of a layer, each with its place in its chain and where its entries are. */
export const Commits = ({ world, layer }: { world: string; layer: Commit['layer'] }) => {
  const asked = useAsk(
    (signal) =>
      pagesOf(
        (cursor) =>
          api().page('/commits', {
            query: { world, layer, limit: '200', ...(cursor && { cursor }) },
            signal,
          }),
        ({ commits }) => commits,
        most,
      ),
    [world, layer],
    { everyMs: 10_000 },
  )
  return (
    <Panel title={`Commits of the layer ${layer}`}>
      <Answer of={asked}>
        {(commits) => (
          <Table
            caption={`The last ${most} commits of the layer ${layer}, the latest first`}
            columns={columnsOf(linksOf(commits))}
            rows={commits}
            keyOf={({ commitId }) => commitId}
          />
        )}
      </Answer>
    </Panel>
  )
}

const columnsOf = (links: Map<string, LinkState>) => [
  { title: 'Chain', cell: ({ shard }: Commit) => shard, sort: ({ shard }: Commit) => shard },
  { title: 'Number', isNumber: true, cell: ({ number }: Commit) => <Figure value={number} /> },
  {
    title: 'Ticks',
    isNumber: true,
    cell: ({ epochStart, epochEnd }: Commit) => `${epochStart}–${epochEnd}`,
    sort: ({ epochEnd }: Commit) => epochEnd,
  },
  { title: 'Entries', isNumber: true, cell: ({ entries }: Commit) => <Figure value={entries} /> },
  {
    title: 'Contributions',
    isNumber: true,
    cell: ({ contributions }: Commit) => <Figure value={contributions} />,
  },
  { title: 'Link', cell: (commit: Commit) => <LinkBadge state={links.get(nameOf(commit))!} /> },
  {
    title: 'Entries are',
    cell: ({ archive }: Commit) =>
      archive === null ? 'in the database' : <span title={archive}>in the archive</span>,
  },
  { title: 'Hash', cell: ({ hash }: Commit) => <code title={hash}>{hash.slice(0, 12)}…</code> },
  { title: 'Committed', cell: ({ committedAt }: Commit) => <When time={committedAt} /> },
]

const LinkBadge = ({ state }: { state: LinkState }) => {
  if (state === 'linked') return <span class="badge good">linked</span>
  return state === 'broken' ? <span class="badge bad">broken</span> : <span class="none">–</span>
}
