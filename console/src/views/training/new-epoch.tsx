import { useState } from 'preact/hooks'
import { api, explain } from '../../api.ts'
import { Panel } from '../../ui/panel.tsx'

interface Props {
  world: string
  onMade(id: string): void
}

/** Of an input that has the reader's own time. */
const isoOf = (local: string): string => new Date(local).toISOString()

const localOf = (ms: number): string => {
  const at = new Date(ms)
  return new Date(ms - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
}

const dayMs = 86_400_000

/** Makes a training set of the scene snapshots between two times. */
export const NewEpoch = ({ world, onMade }: Props) => {
  const [from, setFrom] = useState(() => localOf(Date.now() - dayMs))
  const [to, setTo] = useState(() => localOf(Date.now() + 60_000))
  const [quality, setQuality] = useState('0')
  const [said, setSaid] = useState('')
  const make = async (event: Event) => {
    event.preventDefault()
    try {
      const epoch = await api().post('/eustress/epochs/{space}', {
        path: { space: world },
        body: {
          ...{ start_time: isoOf(from), end_time: isoOf(to) },
          filters: Number(quality) > 0 ? { min_quality: Number(quality) } : {},
        },
      })
      setSaid(`${epoch.snapshot_count} snapshots, ${epoch.sample_count} samples.`)
      onMade(epoch.id)
    } catch (error) {
      setSaid(explain(error))
    }
  }
  return (
    <Panel title="New epoch">
      <form class="row" aria-label="New epoch" onSubmit={make}>
        <label class="field">
          Snapshots from
          <input
            type="datetime-local"
            step={1}
            required
            value={from}
            onInput={(event) => setFrom(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          to
          <input
            type="datetime-local"
            step={1}
            required
            value={to}
            onInput={(event) => setTo(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          Snapshot quality at least
          <input
            type="number"
            min={0}
            max={1}
            step={0.05}
            value={quality}
            onInput={(event) => setQuality(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="primary">
          Make it
        </button>
      </form>
      <p role="status">{said}</p>
    </Panel>
  )
}
