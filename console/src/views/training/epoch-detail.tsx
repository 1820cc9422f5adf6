import { Figure } from '../../ui/figure.tsx'
import { When } from '../../ui/when.tsx'
import { Shares } from './shares.tsx'
import type { Epoch } from './training-view.tsx'

/** The statistics of an epoch, as numbers and drawn, and how to get its samples. */
export const EpochDetail = ({ epoch }: { epoch: Epoch }) => {
  const { stats, splits } = epoch
  return (
    <section aria-label={`Epoch ${epoch.id}`}>
      <h3>
        <When time={epoch.start_time} /> to <When time={epoch.end_time} />
      </h3>
      <div class="columns">
        <dl class="facts">
          <dt>Different entities</dt>
          <dd>
            <Figure value={stats.total_entities} />
          </dd>
          <dt>Different connections</dt>
          <dd>
            <Figure value={stats.total_connections} />
          </dd>
          <dt>Class types</dt>
          <dd>
            <Figure value={stats.unique_types} />
          </dd>
          <dt>Mean depth</dt>
          <dd>
            <Figure value={stats.avg_hierarchy_depth} />
          </dd>
          <dt>Sacred frequency</dt>
          <dd>
            <Figure value={stats.sacred_frequency} />
          </dd>
          <dt>Spatial coverage</dt>
          <dd>
            <Figure value={stats.spatial_coverage} /> of cells of{' '}
            <Figure value={epoch.cell_size} unit="units" />
          </dd>
        </dl>
        <Shares
          title="Shares"
          shares={[
            { label: 'Quality', share: epoch.quality_score },
            { label: 'Sacred', share: stats.sacred_frequency },
            { label: 'Coverage', share: stats.spatial_coverage },
            { label: 'Train', share: splits.train },
            { label: 'Validation', share: splits.validation },
            { label: 'Test', share: splits.test },
          ]}
        />
      </div>
      {epoch.consolidated_into && <p class="notice">It was merged into {epoch.consolidated_into}.</p>}
      <p class="notice">
        Its samples:{' '}
        <code>
          GET /eustress/epochs/{epoch.space_name}/{epoch.id}/samples?format=parquet
        </code>
      </p>
    </section>
  )
}
