import { useState } from 'preact/hooks'
import type { components } from '../../../../client/api-types.ts'
import { api } from '../../api.ts'
import { Answer } from '../../ui/asked.tsx'
import { Figure } from '../../ui/figure.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Table } from '../../ui/table.tsx'
import { useAsk } from '../../use-ask.ts'
import type { ViewProps } from '../../views.ts'
import { Commits } from './commits.tsx'
import { Forks } from './forks.tsx'
import { Verification } from './verification.tsx'

type Layer = components['schemas']['LedgerStatus']['layers'][number]

const LedgerView = ({ world }: ViewProps) => {
  const status = useAsk((signal) => api().get('/ledger/status', { query: { world }, signal }), [world], {
    everyMs: 5_000,
  })
  const [chosen, setChosen] = useState<Layer['layer']>()
  return (
    <div class="page">
      <h1>Ledger of {world}</h1>
      <Answer of={status}>
        {({ layers, ticks, stream }) => {
          const layer = chosen ?? layers[0]?.layer
          return (
            <>
              <Panel title="Layers">
                <Table
                  caption="Layers of the ledger, finest first"
                  columns={layerColumns(setChosen)}
                  rows={layers}
                  keyOf={(one) => one.layer}
                  isSelected={(one) => one.layer === layer}
                />
                <p class="notice">
                  Raw ticks kept: <Figure value={ticks.ticks} /> of entities in{' '}
                  <Figure value={ticks.segments} /> segments, <Figure value={ticks.bytes} unit="bytes" />; all
                  ticks are known up to <Figure value={stream?.watermark} />.
                </p>
              </Panel>
              {layer === undefined ? (
                <p class="notice">Nothing was committed yet.</p>
              ) : (
                <Commits world={world} layer={layer} />
              )}
            </>
          )
        }}
      </Answer>
      <Verification world={world} />
      <Forks world={world} />
    </div>
  )
}

const layerColumns = (choose: (layer: Layer['layer']) => void) => [
  {
    title: 'Layer',
    cell: ({ layer }: Layer) => (
      <button type="button" class="link" onClick={() => choose(layer)}>
        {layer}
      </button>
    ),
  },
  { title: 'Takes', cell: ({ source }: Layer) => source ?? 'ticks' },
  { title: 'Closed to tick', isNumber: true, cell: ({ closedTo }: Layer) => <Figure value={closedTo} /> },
  { title: 'Manifest', isNumber: true, cell: ({ manifest }: Layer) => <Figure value={manifest} /> },
  { title: 'Chains', isNumber: true, cell: ({ shards }: Layer) => <Figure value={shards.count} /> },
  { title: 'Open', isNumber: true, cell: ({ shards }: Layer) => <Figure value={shards.open} /> },
  { title: 'Behind', isNumber: true, cell: ({ shards }: Layer) => <Figure value={shards.behind} /> },
  {
    title: 'State',
    cell: ({ paused }: Layer) =>
      paused ? <span class="badge warn">paused</span> : <span class="badge good">committing</span>,
  },
  {
    title: 'Hash of the manifest',
    cell: ({ hash }: Layer) => <code title={hash}>{hash.slice(0, 12)}…</code>,
  },
]

export default LedgerView
