import { closeWindows } from './close-windows.ts'
import type { EngineContext } from './engine.ts'
import { readOverdueWorlds } from './postgres/overdue-worlds.ts'
import { runPlugins } from './run-plugins.ts'
import { ringShards } from './shard-bell.ts'
import { sweepFollowers } from './sweep-followers.ts'

const worldsAtOnce = 500

/**
 * Rings for every shard that has something to do though nobody may have rung: windows that the watermark has passed and
 * that lack a commit, manifests that were not handed on, layers of the settings that were never begun; and for every
 * world with a copy that is behind. It makes up for bells that were lost. Answers how many shards and copies it rang for.
 *
 * @throws AggregateError with what failed, after all other worlds were looked at.
 */
export const sweepLedger = async (context: EngineContext): Promise<number> => {
  const failures: Error[] = []
  const fail = (error: Error): number => {
    failures.push(error)
    return 0
  }
  let rung = 0
  for (let after: string | undefined; ; ) {
    const page = await readOverdueWorlds(context.pool, after, worldsAtOnce)
    for (const world of page.worlds) rung += await ringWorld(context, world).catch(fail)
    after = page.next
    if (after === undefined) break
  }
  rung += await sweepFollowers(context).catch(fail)
  if (failures.length > 0)
    throw new AggregateError(
      failures,
      `the sweep failed: ${failures.map(({ message }) => message).join('; ')}`,
    )
  if (rung > 0) context.log(`ledger: the sweep rang for ${rung} shards and copies`, { level: 'info' })
  return rung
}

type OverdueWorld = Awaited<ReturnType<typeof readOverdueWorlds>>['worlds'][number]

/** From the finest layer up: what one closes is what the next one takes. */
const ringWorld = async (context: EngineContext, world: OverdueWorld): Promise<number> => {
  const { pool, queue, acting } = context
  let rung = 0
  for (const layer of world.layers) {
    const key = { worldId: world.worldId, tenantId: world.tenantId, layer }
    const closed = await closeWindows(pool, key)
    const [works, { reason, hasWindows }] = [[...closed.works, ...closed.rung], closed]
    await ringShards(queue, works, reason)
    rung += works.length
    if (hasWindows && acting !== undefined) await runPlugins({ ...context, ...acting }, key)
  }
  return rung
}
