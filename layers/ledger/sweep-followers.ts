import { ringFollower } from './follow-bell.ts'
import { readBehindWorlds } from './postgres/worlds-to-follow.ts'
import type { FollowContext } from './serve-follower.ts'

const worldsAtOnce = 500

/** Rings for every world with a copy that is behind its log. Answers how many these are. @throws what the first failure throws */
export const sweepFollowers = async ({ pool, queue, copies }: FollowContext): Promise<number> => {
  if (copies === undefined) return 0
  let rung = 0
  for (let after: string | undefined; ; ) {
    const worlds = await readBehindWorlds(pool, copies.offered, after, worldsAtOnce)
    for (const { worldId, seq } of worlds) await ringFollower(queue, worldId, `sweep-${seq}`)
    rung += worlds.length
    if (worlds.length < worldsAtOnce) return rung
    after = worlds.at(-1)!.worldId
  }
}
