import { useEffect } from 'preact/hooks'
import { pathTo } from '../router.ts'
import { Figure } from '../ui/figure.tsx'
import { Table } from '../ui/table.tsx'
import { When } from '../ui/when.tsx'
import { views } from '../views.ts'
import { loadWorlds, type WorldItem, worlds, worldsFault } from './worlds-list.ts'

/** Where the console begins: the worlds of the tenant. */
export const Worlds = () => {
  useEffect(() => void loadWorlds(), [])
  const list = worlds.value
  return (
    <section class="page">
      <h1>Worlds</h1>
      {worldsFault.value !== undefined && (
        <p role="alert" class="problem">
          {worldsFault.value}
        </p>
      )}
      {list === undefined && worldsFault.value === undefined && <p class="loading">Loading…</p>}
      {list?.length === 0 && (
        <p class="notice">
          There is no world yet. The first write makes one: <code>npm run import -- cities</code> brings real
          ones.
        </p>
      )}
      {list !== undefined && list.length > 0 && (
        <Table caption="Worlds" columns={columns} rows={list} keyOf={({ worldId }) => worldId} />
      )}
    </section>
  )
}

const columns = [
  {
    title: 'Name',
    cell: ({ name }: WorldItem) => <a href={pathTo(name, views[0]!.id)}>{name}</a>,
    sort: ({ name }: WorldItem) => name,
  },
  {
    title: 'Entities',
    isNumber: true,
    cell: ({ entityCount }: WorldItem) => <Figure value={entityCount} />,
    sort: ({ entityCount }: WorldItem) => entityCount,
  },
  {
    ...{ title: 'Relationships', isNumber: true },
    cell: ({ relationshipCount }: WorldItem) => <Figure value={relationshipCount} />,
    sort: ({ relationshipCount }: WorldItem) => relationshipCount,
  },
  {
    title: 'Seq',
    isNumber: true,
    cell: ({ seq }: WorldItem) => <Figure value={seq} />,
    sort: ({ seq }: WorldItem) => seq,
  },
  { title: 'Fork of', cell: ({ parent }: WorldItem) => parent && `${parent.name} at ${parent.seq}` },
  {
    title: 'Changed',
    cell: ({ updatedAt }: WorldItem) => <When time={updatedAt} />,
    sort: ({ updatedAt }: WorldItem) => updatedAt,
  },
]
