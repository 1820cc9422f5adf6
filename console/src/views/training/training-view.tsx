import { useMemo, useState } from 'preact/hooks'
import type { components } from '../../../../client/api-types.ts'
import { api } from '../../api.ts'
import { pagesOf } from '../../pages.ts'
import { Answer } from '../../ui/asked.tsx'
import { Figure } from '../../ui/figure.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Series } from '../../ui/series.tsx'
import { Table } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'
import { useAsk } from '../../use-ask.ts'
import type { ViewProps } from '../../views.ts'
import { EpochDetail } from './epoch-detail.tsx'
import { NewEpoch } from './new-epoch.tsx'

export type Epoch = components['schemas']['ListedEpoch']

const most = 1_000

/** The training sets of a world, and how their statistics went. */
const TrainingView = ({ world }: ViewProps) => {
  const [minQuality, setMinQuality] = useState('')
  const [chosen, setChosen] = useState<string>()
  const asked = useAsk(
    (signal) =>
      pagesOf(
        (cursor) =>
          api().page('/eustress/epochs/{space}', {
            path: { space: world },
            query: {
              limit: '500',
              ...(minQuality && { min_quality: minQuality }),
              ...(cursor && { cursor }),
            },
            signal,
          }),
        ({ epochs }) => epochs,
        most,
      ),
    [world, minQuality],
  )
  return (
    <div class="page">
      <h1>Training sets of {world}</h1>
      <NewEpoch
        world={world}
        onMade={(id) => {
          setChosen(id)
          asked.reload()
        }}
      />
      <Panel
        title="Epochs"
        tools={
          <label class="row">
            Quality at least
            <input
              type="number"
              min={0}
              max={1}
              step={0.05}
              value={minQuality}
              onChange={(event) => setMinQuality(event.currentTarget.value)}
            />
          </label>
        }
      >
        <Answer of={asked}>
          {(epochs) => {
            const epoch = epochs.find(({ id }) => id === chosen)
            return (
              <>
                <Table
                  caption="Epochs, those that begin last first"
                  columns={columnsOf(setChosen)}
                  rows={epochs}
                  keyOf={({ id }) => id}
                  isSelected={({ id }) => id === chosen}
                />
                {epoch && <EpochDetail epoch={epoch} />}
              </>
            )
          }}
        </Answer>
      </Panel>
      {asked.data !== undefined && asked.data.length > 1 && <Statistics epochs={asked.data} />}
    </div>
  )
}

const columnsOf = (choose: (id: string) => void) => [
  {
    title: 'From',
    cell: ({ id, start_time: start }: Epoch) => (
      <button type="button" class="link" onClick={() => choose(id)}>
        <When time={start} />
      </button>
    ),
    sort: ({ start_time: start }: Epoch) => start,
  },
  { title: 'To', cell: ({ end_time: end }: Epoch) => <When time={end} /> },
  {
    title: 'Snapshots',
    isNumber: true,
    cell: ({ snapshot_count: count }: Epoch) => <Figure value={count} />,
  },
  { title: 'Samples', isNumber: true, cell: ({ sample_count: count }: Epoch) => <Figure value={count} /> },
  {
    title: 'Entities',
    isNumber: true,
    cell: ({ stats }: Epoch) => <Figure value={stats.total_entities} />,
  },
  {
    title: 'Connections',
    isNumber: true,
    cell: ({ stats }: Epoch) => <Figure value={stats.total_connections} />,
  },
  {
    title: 'Quality',
    isNumber: true,
    cell: ({ quality_score: quality }: Epoch) => <Figure value={quality} />,
    sort: ({ quality_score: quality }: Epoch) => quality,
  },
]

/** One point an epoch, by the time at which it ends. */
const Statistics = ({ epochs }: { epochs: readonly Epoch[] }) => {
  const { x, sizes, shares } = useMemo(() => {
    const sorted = [...epochs].sort((a, b) => (a.end_time < b.end_time ? -1 : 1))
    const line = (label: string, of: (epoch: Epoch) => number) => ({ label, values: sorted.map(of) })
    return {
      x: sorted.map(({ end_time: end }) => Date.parse(end)),
      sizes: [
        line('samples', ({ sample_count: count }) => count),
        line('entities', ({ stats }) => stats.total_entities),
        line('connections', ({ stats }) => stats.total_connections),
      ],
      shares: [
        line('sacred', ({ stats }) => stats.sacred_frequency),
        line('coverage', ({ stats }) => stats.spatial_coverage),
        line('quality', ({ quality_score: quality }) => quality),
      ],
    }
  }, [epochs])
  return (
    <div class="columns">
      <Panel title="Sizes">
        <Series title="Of each epoch, by its end" x={x} lines={sizes} />
      </Panel>
      <Panel title="Shares">
        <Series title="Of each epoch, by its end" x={x} lines={shares} />
      </Panel>
    </div>
  )
}

export default TrainingView
