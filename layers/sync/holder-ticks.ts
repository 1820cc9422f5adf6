import { createLiveDecoder, liveMessages } from './live-codec.ts'
import type { FollowedWorld, LiveTick, LiveTicks } from './live-ticks.ts'

/** Where the physics service that holds a world is reached; undefined: nobody holds it. */
export type HolderAddress = (world: FollowedWorld) => Promise<string | undefined>

const connectMs = 5_000

/** Ticks straight from the physics service that holds a world: GET /worlds/{worldId}/feed. */
export const holderTicks = (addressOf: HolderAddress): LiveTicks => ({
  follow: (world, afterTick, signal) => followHolder(addressOf, world, afterTick, signal),
})

async function* followHolder(
  addressOf: HolderAddress,
  world: FollowedWorld,
  afterTick: number,
  signal: AbortSignal,
): AsyncGenerator<LiveTick> {
  const address = await addressOf(world)
  if (address === undefined || signal.aborted) return
  const connecting = AbortSignal.timeout(connectMs)
  const ending = new AbortController()
  const end = () => ending.abort()
  signal.addEventListener('abort', end, { once: true })
  connecting.addEventListener('abort', end, { once: true })
  try {
    const url = `${address}/worlds/${world.worldId}/feed?after=${afterTick}`
    const response = await fetch(url, { signal: ending.signal })
    connecting.removeEventListener('abort', end)
    // it has been given up meanwhile, or is being loaded
    if (!response.ok || response.body === null) return void (await response.body?.cancel())
    const decode = createLiveDecoder()
    for await (const message of liveMessages(response.body)) yield decode(message)
  } finally {
    signal.removeEventListener('abort', end)
    ending.abort()
  }
}

/** Where the holder is, and up to what tick the rows say where bodies are; undefined: nobody holds the world. */
export const holderState = async (
  addressOf: HolderAddress,
  world: FollowedWorld,
): Promise<{ tick: number; seq: number; writtenTick: number } | undefined> => {
  const address = await addressOf(world)
  if (address === undefined) return undefined
  const response = await fetch(`${address}/worlds/${world.worldId}/live`, {
    signal: AbortSignal.timeout(connectMs),
  }).catch(() => undefined)
  if (response === undefined || !response.ok) return undefined
  return (await response.json()) as { tick: number; seq: number; writtenTick: number }
}
