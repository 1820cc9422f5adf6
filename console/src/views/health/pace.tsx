import type { ComponentProps } from 'preact'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { api } from '../../api.ts'
import { Panel } from '../../ui/panel.tsx'
import { Series } from '../../ui/series.tsx'
import { useAsk } from '../../use-ask.ts'
import type { Simulation, WorldHealth } from './world-health.ts'

interface Sample {
  at: number
  perMinute: number
  behind: number
  tickMs: number | null
  ticksPerSecond: number | null
}

/** An hour of samples, one every five seconds. */
const mostSamples = 720

/** Series since the view was opened, and how the log grew before. */
export const Pace = ({
  world,
  health,
  physics,
}: {
  world: string
  health: WorldHealth
  physics: Simulation | undefined
}) => {
  const samples = useSamples(world, health, physics)
  const moments = useAsk(
    (signal) => api().get('/worlds/{world}/moments', { path: { world }, query: { points: '60' }, signal }),
    [world],
  )
  const growth = useMemo(() => growthOf(moments.data?.moments ?? []), [moments.data])
  const x = useMemo(() => samples.map(({ at }) => at), [samples])
  const ingest = useMemo(
    () => [{ label: 'events a minute', values: samples.map((one) => one.perMinute) }],
    [samples],
  )
  const lag = useMemo(() => [{ label: 'events behind', values: samples.map((one) => one.behind) }], [samples])
  const ticks = useMemo(
    () => [
      { label: 'tick', values: samples.map((one) => one.tickMs), unit: 'ms' },
      { label: 'ticks a second', values: samples.map((one) => one.ticksPerSecond) },
    ],
    [samples],
  )
  return (
    <div class="columns">
      <Panel title="The log">
        <Series
          title="Events in the log, since its beginning"
          x={growth.x}
          lines={growth.lines}
          height={140}
        />
      </Panel>
      <Panel title="Ingest">
        <Line title="Events of the last minute, since this was opened" x={x} lines={ingest} />
      </Panel>
      <Panel title="Lag">
        <Line title="Whoever is furthest behind the log" x={x} lines={lag} />
      </Panel>
      <Panel title="Ticks">
        {physics === undefined ? (
          <p class="notice">No physics service holds the world, so that it does not tick now.</p>
        ) : (
          <Line title="Time and number of ticks" x={x} lines={ticks} />
        )}
      </Panel>
    </div>
  )
}

/** A line has two ends: one begins with the second answer. */
const Line = (props: Omit<ComponentProps<typeof Series>, 'height'>) =>
  props.x.length < 2 ? (
    <p class="notice">{props.title}: drawn from the next answer on.</p>
  ) : (
    <Series {...props} height={140} />
  )

const growthOf = (moments: readonly { seq: number; at: string }[]) => ({
  x: moments.map(({ at }) => Date.parse(at)),
  lines: [{ label: 'seq', values: moments.map(({ seq }) => seq) }],
})

const useSamples = (world: string, health: WorldHealth, physics: Simulation | undefined): Sample[] => {
  const [samples, setSamples] = useState<Sample[]>([])
  useEffect(() => setSamples([]), [world])
  useEffect(() => {
    const sample = sampleOf(health, physics)
    setSamples((before) => [...before.filter(({ at }) => at < sample.at), sample].slice(-mostSamples))
  }, [health, physics])
  return samples
}

const sampleOf = (
  { at, ingest, relay, consumers }: WorldHealth,
  physics: Simulation | undefined,
): Sample => ({
  ...{ at: Date.parse(at), perMinute: ingest.eventsLastMinute },
  behind: Math.max(0, ...[...relay, ...consumers].map(({ lagEvents }) => lagEvents)),
  ...{ tickMs: physics?.tickMs ?? null, ticksPerSecond: physics?.ticksPerSecond ?? null },
})
