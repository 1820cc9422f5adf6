import { colorOf } from '../../shell/theme.ts'
import type { Body, BodyStore } from './bodies.ts'
import type { Look, Tint } from './scene.ts'

export type ColorMode = 'class' | 'activity' | 'flux'

export interface LegendItem {
  label: string
  tint: Tint
  /** Bodies; absent: it is an end of a scale. */
  count?: number
}

/** `rgb(1 2 3)` or `color(srgb 0.1 0.2 0.3)`, as browsers say it. */
export const tintOf = (css: string): Tint => {
  const numbers = (css.match(/[\d.]+/g) ?? []).map(Number)
  const scale = css.startsWith('color(') ? 255 : 1
  return [numbers[0]! * scale, numbers[1]! * scale, numbers[2]! * scale]
}

const token = (name: string): Tint => tintOf(colorOf(name))

export const lookNow = (): Look => ({
  ...{ background: colorOf('--space-bg'), line: colorOf('--line-strong'), accent: colorOf('--accent') },
  heat: { low: token('--heat-low'), high: token('--heat-high') },
})

const classTokens = [1, 2, 3, 4, 5, 6, 7].map((number) => `--class-${number}`)

/** How bodies are coloured now, and what the colours mean. Of classes the most frequent ones have colours of their own. */
export const paletteOf = (
  mode: ColorMode,
  store: BodyStore,
): { tint(row: number): Tint; legend: LegendItem[] } => {
  const none = token('--class-other')
  if (mode === 'activity') return activityPalette(store, none)
  const groupOf = mode === 'class' ? ({ classType }: Body) => classType : ({ flux }: Body) => flux ?? 0
  const counts = new Map<string | number, number>()
  for (let row = 0; row < store.count; row++) {
    const group = groupOf(store.body(row))
    counts.set(group, (counts.get(group) ?? 0) + 1)
  }
  const tints = mode === 'class' ? classTints(counts) : fluxTints()
  const tint = (row: number) => tints.get(groupOf(store.body(row))) ?? none
  return { tint, legend: legendOf(counts, tints, none, mode) }
}

type Tints = Map<string | number, Tint>

const classTints = (counts: Map<string | number, number>): Tints => {
  const frequent = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  return new Map(classTokens.map((name, index) => [frequent[index]?.[0] ?? '', token(name)] as const))
}

/** Three, six and nine are the sacred ones and stand out; the others are of one family. */
const fluxTints = (): Tints => {
  const plain = tintOf(colorOf('--series-1'))
  const soft = (part: number): Tint => [plain[0] * part, plain[1] * part, plain[2] * part]
  const tints: Tints = new Map(
    [1, 2, 4, 5, 7, 8].map((flux, index) => [flux, soft(1 - index * 0.1)] as const),
  )
  for (const [flux, name] of [
    [3, '--class-2'],
    [6, '--class-3'],
    [9, '--class-5'],
  ] as const)
    tints.set(flux, token(name))
  return tints
}

const legendOf = (counts: Map<string | number, number>, tints: Tints, none: Tint, mode: ColorMode) => {
  const label = (group: string | number) =>
    mode === 'class' ? String(group) : group === 0 ? 'not told' : `flux ${group}`
  const named = [...counts].filter(([group]) => tints.has(group))
  const others = [...counts].filter(([group]) => !tints.has(group))
  const ordered =
    mode === 'class' ? named.sort((a, b) => b[1] - a[1]) : named.sort((a, b) => Number(a[0]) - Number(b[0]))
  const items: LegendItem[] = ordered.map(([group, count]) => ({
    label: label(group),
    tint: tints.get(group)!,
    count,
  }))
  if (others.length === 0) return items
  const rest = others.reduce((sum, [, count]) => sum + count, 0)
  return [
    ...items,
    { label: mode === 'class' ? `${others.length} others` : 'not told', tint: none, count: rest },
  ]
}

const activityPalette = (store: BodyStore, none: Tint) => {
  let highest = 0
  for (let row = 0; row < store.count; row++) highest = Math.max(highest, store.body(row).activity ?? 0)
  const [low, high] = [token('--heat-low'), token('--heat-high')]
  const tint = (row: number): Tint => {
    const { activity } = store.body(row)
    if (activity === undefined || activity <= 0 || highest === 0) return none
    const part = activity / highest
    const on = (axis: 0 | 1 | 2) => low[axis] + (high[axis] - low[axis]) * part
    return [on(0), on(1), on(2)]
  }
  const legend: LegendItem[] = [
    { label: 'no activity', tint: none },
    { label: `activity above 0`, tint: low },
    { label: `activity ${highest.toLocaleString('en', { maximumSignificantDigits: 3 })}`, tint: high },
  ]
  return { tint, legend }
}
