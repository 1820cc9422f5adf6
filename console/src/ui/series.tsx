import 'uplot/dist/uPlot.min.css'
import { useEffect, useRef } from 'preact/hooks'
import type uPlot from 'uplot'
import { colorOf, colorVersion } from '../shell/theme.ts'
import { Figure } from './figure.tsx'

export interface Line {
  label: string
  /** Beside `x`; null: a gap. */
  values: readonly (number | null)[]
  unit?: string
}

interface Props {
  title: string
  /** Ascending: ms since 1970, or plain numbers such as seqs and ticks. */
  x: readonly number[]
  xIsTime?: boolean
  lines: readonly Line[]
  height?: number
}

/** A template of uPlot's for a date or a time, in the way that the page writes them. */
const asElsewhere = (template: string): string =>
  template
    .replaceAll('{M}/{D}/{YY}', '{D} {MMM} {YYYY}')
    .replaceAll('{M}/{D}', '{D} {MMM}')
    .replace(/\{h\}(:\{mm\})?\{aa\}/g, (_, minutes?: string) => `{HH}${minutes ?? ':00'}`)

const strokes = ['--series-1', '--series-2', '--series-3', '--series-4']

/** Series over time or over a number, by uPlot, which comes when the first one is drawn. The last values stand below in words. */
export const Series = ({ title, x, xIsTime = true, lines, height = 160 }: Props) => {
  const box = useRef<HTMLDivElement>(null)
  const version = colorVersion.value
  useEffect(() => draw(box.current!, { x, xIsTime, lines, height }), [x, lines, version, height])
  return (
    <figure class="series">
      <figcaption>{title}</figcaption>
      <div ref={box} class="series-plot" style={{ height: `${height}px` }} aria-hidden="true" />
      <ul class="legend">
        {lines.map(({ label, values, unit }, index) => (
          <li key={label}>
            <span class="swatch" style={{ background: `var(${strokes[index % 4]})` }} aria-hidden="true" />
            {label} <Figure value={values.at(-1)} {...(unit && { unit })} />
          </li>
        ))}
      </ul>
    </figure>
  )
}

const draw = (
  box: HTMLDivElement,
  { x, xIsTime, lines, height }: Required<Omit<Props, 'title'>>,
): (() => void) => {
  let plot: uPlot | undefined
  let isGone = false
  const axis = {
    stroke: colorOf('--text-soft'),
    grid: { stroke: colorOf('--line'), width: 1 },
    ticks: { show: false },
  }
  const watch = new ResizeObserver(() => plot?.setSize({ width: box.clientWidth, height }))
  void import('uplot').then(({ default: Plot }) => {
    if (isGone) return
    const series = lines.map(({ label }, index) => ({
      label,
      stroke: colorOf(strokes[index % 4]!),
      width: 1.5,
    }))
    const options = {
      fmtDate: (template: string) => Plot.fmtDate(asElsewhere(template)),
      ...{ width: Math.max(120, box.clientWidth), height, legend: { show: false }, cursor: { y: false } },
      ...{ scales: { x: { time: xIsTime } }, axes: [axis, { ...axis, size: 56 }], series: [{}, ...series] },
    }
    const columns = [xIsTime ? x.map((ms) => ms / 1_000) : [...x], ...lines.map(({ values }) => [...values])]
    plot = new Plot(options, columns as uPlot.AlignedData, box)
    watch.observe(box)
  })
  return () => {
    isGone = true
    watch.disconnect()
    plot?.destroy()
  }
}
