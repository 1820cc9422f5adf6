import type { components } from '../../../../client/api-types.ts'
import { api } from '../../api.ts'
import { Answer } from '../../ui/asked.tsx'
import { Figure } from '../../ui/figure.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Table } from '../../ui/table.tsx'
import { useAsk } from '../../use-ask.ts'

type WorldCost = components['schemas']['Costs']['worlds'][number]

/** What each world would cost on AWS, and of what that of this one is made. */
export const Costs = ({ world }: { world: string }) => {
  const asked = useAsk((signal) => api().page('/costs', { query: { limit: '50' }, signal }), [world])
  return (
    <Panel title="Cost by world">
      <Answer of={asked}>
        {({ body: { worlds, note }, next }) => {
          const own = worlds.find((one) => one.world === world)
          return (
            <>
              <Table
                caption="What each world keeps and did in the last 30 days, and an estimate of its cost"
                columns={worldColumns}
                rows={worlds}
                keyOf={(one) => one.world}
                isSelected={(one) => one.world === world}
              />
              {next !== undefined && <p class="notice">The first 50 worlds are shown.</p>}
              {own !== undefined && (
                <Table
                  caption={`Of what the estimate for ${world} is made`}
                  columns={itemColumns}
                  rows={own.items}
                  keyOf={({ service, what, unit }) => `${service} ${what} ${unit}`}
                  showCaption
                />
              )}
              <p class="notice">{note}</p>
            </>
          )
        }}
      </Answer>
    </Panel>
  )
}

const worldColumns = [
  { title: 'World', cell: ({ world }: WorldCost) => world, sort: ({ world }: WorldCost) => world },
  {
    ...{ title: 'Kept', isNumber: true },
    cell: ({ totalBytes }: WorldCost) => <Figure value={totalBytes} unit="bytes" />,
    sort: ({ totalBytes }: WorldCost) => totalBytes,
  },
  { title: 'Writes', isNumber: true, cell: ({ requests }: WorldCost) => <Figure value={requests} /> },
  { title: 'Events', isNumber: true, cell: ({ events }: WorldCost) => <Figure value={events} /> },
  { title: 'Ticks', isNumber: true, cell: ({ ticks }: WorldCost) => <Figure value={ticks} /> },
  {
    ...{ title: 'Estimate', isNumber: true },
    cell: ({ usd }: WorldCost) => <Figure value={usd} unit="$" digits={4} />,
    sort: ({ usd }: WorldCost) => usd,
  },
]

type Item = WorldCost['items'][number]

const itemColumns = [
  { title: 'Service', cell: ({ service }: Item) => service },
  { title: 'What', cell: ({ what }: Item) => what },
  {
    title: 'Quantity',
    isNumber: true,
    cell: ({ quantity, unit }: Item) => <Figure value={quantity} unit={unit} />,
  },
  { title: 'Estimate', isNumber: true, cell: ({ usd }: Item) => <Figure value={usd} unit="$" digits={6} /> },
]
