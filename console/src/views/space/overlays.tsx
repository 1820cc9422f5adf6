import { useEffect, useState } from 'preact/hooks'
import { Problem } from '../../ui/problem.tsx'
import { useAsk } from '../../use-ask.ts'
import { boundsOf } from './bodies.ts'
import { exponentFor, readCells, readGamma } from './cells.ts'
import type { Stage } from './stage.ts'

interface Props {
  world: string
  stage: Stage
  settings: unknown
}

const refreshMs = 10_000

/** Octree cells at a size, and gamma at a layer, over the bodies. */
export const Overlays = ({ world, stage, settings }: Props) => {
  const [exponent, setExponent] = useState<number>()
  const [layer, setLayer] = useState<string>()
  const layers = layersOf(settings)
  const cells = useAsk(
    async () => (exponent === undefined ? [] : readCells(world, exponent)),
    [world, exponent],
    exponent === undefined ? {} : { everyMs: refreshMs },
  )
  const gamma = useAsk(
    async () => (layer === undefined ? undefined : readGamma(world, layer)),
    [world, layer],
    layer === undefined ? {} : { everyMs: refreshMs },
  )
  useEffect(() => {
    stage.scene.setCells(cells.data ?? [])
    stage.invalidate()
  }, [stage, cells.data, stage.count.value === 0])
  useEffect(() => {
    stage.scene.setGamma(gamma.data?.cells ?? [])
    stage.invalidate()
  }, [stage, gamma.data, stage.count.value === 0])
  const bounds = exponent === undefined && stage.count.value > 0 ? boundsOf(stage.scene.bodies) : null
  const fitting = bounds && exponentFor(Math.max(...bounds.max.map((high, axis) => high - bounds.min[axis]!)))
  return (
    <>
      <label class="field-inline">
        Cells{' '}
        <select
          value={exponent ?? ''}
          onChange={({ currentTarget: { value } }) => setExponent(value === '' ? undefined : Number(value))}
        >
          <option value="">none</option>
          {sizesAbout(exponent ?? fitting ?? 6).map((size) => (
            <option key={size} value={size}>
              {formatSide(size)} units
            </option>
          ))}
        </select>
        {cells.data && exponent !== undefined && <span class="none"> {cells.data.length}</span>}
      </label>
      <label class="field-inline">
        Gamma{' '}
        <select
          value={layer ?? ''}
          onChange={({ currentTarget: { value } }) => setLayer(value === '' ? undefined : value)}
        >
          <option value="">none</option>
          {layers.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
        {gamma.data && <span class="none"> {gamma.data.cells.length}</span>}
      </label>
      {(cells.error ?? gamma.error) !== undefined && <Problem error={cells.error ?? gamma.error} />}
    </>
  )
}

const layersOf = (settings: unknown): string[] => {
  const { ledger } = settings as { ledger?: { layers?: { name: string; cell: number | '*' }[] } }
  // the cell of the uppermost layer is everything, and has no place
  return (ledger?.layers ?? []).filter(({ cell }) => cell !== '*').map(({ name }) => name)
}

const sizesAbout = (exponent: number): number[] =>
  [-1, 0, 1, 2, 3].map((step) => exponent + step).filter((size) => size >= -13 && size <= 40)

const formatSide = (exponent: number): string =>
  (2 ** exponent).toLocaleString('en', {
    maximumSignificantDigits: 4,
    notation: exponent > 19 ? 'scientific' : 'standard',
  })
