import { Figure } from '../../ui/figure.tsx'
import type { Stage } from './stage.ts'

/** What the colours mean, how many bodies there are, and how it fares. */
export const Legend = ({
  stage,
  state,
  total,
}: {
  stage: Stage
  state: string | undefined
  total: number | undefined
}) => {
  const { framesPerSecond, cpuMs } = stage.figures.value
  return (
    <div class="space-legend">
      <p>
        <span
          class={`badge ${state === 'live' ? 'good' : state === 'past' ? 'warn' : ''}`}
          data-testid="state"
        >
          {state ?? 'loading'}
        </span>{' '}
        <span data-testid="bodies">
          <Figure value={stage.count.value} />
        </span>{' '}
        of <Figure value={total} /> bodies
      </p>
      <ul>
        {stage.legend.value.map(({ label, tint, count }) => (
          <li key={label}>
            <span
              class="swatch"
              style={{ background: `rgb(${tint.map(Math.round).join(' ')})` }}
              aria-hidden="true"
            />{' '}
            {label} {count !== undefined && <Figure value={count} />}
          </li>
        ))}
      </ul>
      <p
        class="none"
        title="Frames drawn in the last second, and the processor’s time of one; nothing is drawn while nothing moves"
      >
        <data data-testid="fps" value={framesPerSecond}>
          {framesPerSecond}
        </data>{' '}
        frames/s,{' '}
        <data data-testid="cpu" value={cpuMs}>
          {cpuMs.toFixed(1)}
        </data>{' '}
        ms of CPU each
      </p>
    </div>
  )
}
