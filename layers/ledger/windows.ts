import type { LayerName, LayerSettings, LedgerSettings } from './settings.ts'

/** From this tick on these settings hold; spans end before it. */
export interface Cut {
  fromTick: number
  /** The segments up to this one were there before it, and may have ticks after `fromTick`; 0: none. */
  afterSegment: number
  settings: LedgerSettings
}

/** The cuts that were there when a segment came. */
export const cutsBefore = (cuts: readonly Cut[], segment: number): readonly Cut[] =>
  cuts.filter(({ afterSegment }) => afterSegment < segment)

/** First and last tick. */
export interface Window {
  start: number
  end: number
}

/** The settings that hold at a tick: of the last cut at or before it, or of the first one. undefined without a cut. */
export const settingsAt = (cuts: readonly Cut[], tick: number): LedgerSettings | undefined =>
  (cuts.findLast(({ fromTick }) => fromTick <= tick) ?? cuts[0])?.settings

export const layerOf = (settings: LedgerSettings, name: LayerName): LayerSettings | undefined =>
  settings.layers.find((layer) => layer.name === name)

/** Settings of a layer at a tick; where it was not there yet, or is no longer, those that are nearest in time. */
export const layerAt = (cuts: readonly Cut[], name: LayerName, tick: number): LayerSettings | undefined => {
  const before = cuts.findLast(({ fromTick, settings }) => fromTick <= tick && layerOf(settings, name))
  const nearest = before ?? cuts.find(({ settings }) => layerOf(settings, name))
  return nearest && layerOf(nearest.settings, name)
}

/**
 * The window of a layer that a tick lies in: windows begin at multiples of their length and at cuts.
 *
 * @param upTo cuts behind this tick do not end it.
 */
export const windowAt = (
  cuts: readonly Cut[],
  name: LayerName,
  tick: number,
  upTo = Number.POSITIVE_INFINITY,
): Window => {
  const length = layerAt(cuts, name, tick)?.commit.windowTicks ?? 1
  const aligned = Math.floor(tick / length) * length
  const cutBefore = cuts.findLast(({ fromTick }) => fromTick <= tick)?.fromTick ?? aligned
  const next = cuts.find(({ fromTick }) => fromTick > tick)?.fromTick ?? Number.POSITIVE_INFINITY
  const cutAfter = next > upTo ? Number.POSITIVE_INFINITY : next
  return { start: Math.max(aligned, cutBefore), end: Math.min(aligned + length, cutAfter) - 1 }
}
