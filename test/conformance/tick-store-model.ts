import type {
  FullStatePointer,
  LatestTick,
  StoredTick,
  TickWriterFence,
  WantedRegions,
} from '#sync/tick-store'

/** One world as every store holds it, in the plainest form. */
export interface TickModel {
  token: number
  latest: { tick: number; seq: number; timestamp: string } | undefined
  full: FullStatePointer | null
  heldUntilMs: number
  ticks: { tick: StoredTick; heldUntilMs: number }[]
}

export const emptyModel = (): TickModel => ({
  ...{ token: 0, latest: undefined, full: null, heldUntilMs: 0, ticks: [] },
})

const claim = (model: TickModel, token: number, nowMs: number, ttlMs: number): boolean => {
  if (token < model.token) return false
  if (model.heldUntilMs <= nowMs) Object.assign(model, emptyModel())
  model.token = token
  model.heldUntilMs = nowMs + ttlMs
  return true
}

/** Whether the fence held. */
export const putInModel = (
  model: TickModel,
  { token }: TickWriterFence,
  ticks: readonly StoredTick[],
  latest: { tick: number; seq: number; timestamp: string },
  nowMs: number,
  ttlMs: number,
): boolean => {
  if (!claim(model, token, nowMs, ttlMs)) return false
  const last = model.latest?.tick ?? -1
  for (const tick of ticks) if (tick.tick > last) model.ticks.push({ tick, heldUntilMs: nowMs + ttlMs })
  if (latest.tick >= last) model.latest = latest
  return true
}

export const putFullInModel = (
  model: TickModel,
  { token }: TickWriterFence,
  full: FullStatePointer,
  nowMs: number,
  ttlMs: number,
): boolean => {
  if (!claim(model, token, nowMs, ttlMs)) return false
  model.full = full
  return true
}

const heldAt = (model: TickModel, nowMs: number): StoredTick[] =>
  model.ticks.filter(({ heldUntilMs }) => heldUntilMs > nowMs).map(({ tick }) => tick)

export const readModel = (
  model: TickModel,
  { fromTick, toTick }: { fromTick: number; toTick: number },
  regions: WantedRegions,
  limit: number,
  nowMs: number,
): StoredTick[] =>
  heldAt(model, nowMs)
    .filter(({ tick }) => tick >= fromTick && tick <= toTick)
    .slice(0, limit)
    .map((tick) => ({
      ...tick,
      slices: tick.slices.filter(({ region }) => regions === '*' || regions.includes(region)),
    }))

export const latestInModel = (model: TickModel, nowMs: number): LatestTick | undefined => {
  if (model.latest === undefined || model.heldUntilMs <= nowMs) return undefined
  return { ...model.latest, oldestTick: heldAt(model, nowMs)[0]?.tick ?? null, full: model.full }
}
