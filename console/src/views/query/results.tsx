import { pathTo } from '../../router.ts'
import { Figure } from '../../ui/figure.tsx'
import { type Column, Table } from '../../ui/table.tsx'

export interface QueryAnswer {
  seq: number
  entities?: Record<string, unknown>[] | undefined
  cursor?: string | undefined
  count?: number | undefined
  groups?: { value?: unknown; count: number }[] | undefined
  more?: boolean | undefined
  explain?: { query: string; steps: string[]; warning?: string | undefined; plan: object } | undefined
}

/** What a query has answered, as a table, a number or in words. */
export const Results = ({ world, answer }: { world: string; answer: QueryAnswer }) => {
  if (answer.explain) return <Explained {...answer.explain} />
  if (answer.count !== undefined)
    return (
      <p class="big" data-testid="count">
        <Figure value={answer.count} />
      </p>
    )
  if (answer.groups)
    return (
      <>
        <Table
          caption="Groups"
          columns={groupColumns}
          rows={answer.groups}
          keyOf={({ value }) => JSON.stringify(value ?? null)}
        />
        {answer.more && <p class="notice">There are smaller groups.</p>}
      </>
    )
  const entities = answer.entities ?? []
  return (
    <Table
      caption="Entities"
      columns={columnsOf(world, entities)}
      rows={entities}
      keyOf={({ id }) => String(id)}
    />
  )
}

const Explained = ({ query, steps, warning, plan }: NonNullable<QueryAnswer['explain']>) => (
  <div>
    <p>
      <code>{query}</code>
    </p>
    {warning && <p class="badge warn">{warning}</p>}
    <ol>
      {steps.map((step) => (
        <li key={step}>{step}</li>
      ))}
    </ol>
    <details>
      <summary>PostgreSQL’s plan</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <pre class="json" tabIndex={0}>
        {JSON.stringify(plan, null, 2)}
      </pre>
    </details>
  </div>
)

type Group = NonNullable<QueryAnswer['groups']>[number]

const groupColumns: Column<Group>[] = [
  {
    title: 'Value',
    cell: ({ value }) => (value === undefined ? <span class="none">absent</span> : shown(value)),
  },
  {
    ...{ title: 'Count', isNumber: true },
    cell: ({ count }) => <Figure value={count} />,
    sort: ({ count }) => count,
  },
]

type Row = Record<string, unknown>

/** Of whole entities what tells them apart; otherwise what was selected. */
const columnsOf = (world: string, rows: readonly Row[]): Column<Row>[] => {
  const isWhole = rows.some((row) => 'classType' in row && 'archetype' in row)
  const names = isWhole
    ? ['name', 'classType', 'position', 'tags', 'fluxPosition', 'parameters', 'components']
    : [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) => name !== 'id')
  return [
    {
      title: 'id',
      cell: ({ id }) => <a href={pathTo(world, 'entity', [String(id)])}>{String(id)}</a>,
      sort: ({ id }) => String(id),
    },
    ...names.map((name): Column<Row> => {
      const isNumber = rows.some((row) => typeof row[name] === 'number')
      const sort = (row: Row) => (typeof row[name] === 'number' ? row[name] : textOf(row[name]))
      return { ...{ title: name, isNumber, sort }, cell: (row) => shown(row[name]) }
    }),
  ]
}

const shown = (value: unknown) => {
  if (typeof value === 'number') return <Figure value={value} />
  const text = textOf(value)
  return text.length > 160 ? <span title={text}>{text.slice(0, 157)}…</span> : text
}

const textOf = (value: unknown): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)
