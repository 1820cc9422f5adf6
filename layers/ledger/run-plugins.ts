import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { v5 as uuidv5 } from 'uuid'
import type { ObjectStore } from '#platform/object-store/object-store'
import type { Log } from '#platform/telemetry/log'
import type { Command } from '#world/commands'
import type { WorldWriter } from '#world/writer'
import type { LayerKey } from './close-windows.ts'
import { decodePlan, encodePlan, type PluginPlan, planOf } from './plugin-plan.ts'
import type { ClosedWindow, CommitPlugin } from './plugins.ts'
import {
  finishPlan,
  passWindows,
  readClosedWindows,
  readPluginCursor,
  settlePlan,
} from './postgres/plugin-cursor.ts'
import { readCuts } from './postgres/read-inputs.ts'
import { settingsAt } from './windows.ts'

export interface PluginHost {
  /** As orrery_app; its doorbell is the relay's. */
  writer: WorldWriter
  plugins: readonly CommitPlugin[]
}

export interface PluginRunContext extends PluginHost {
  /** As orrery_background, of two connections or more: one holds the lock. */
  pool: pg.Pool
  objects: ObjectStore
  log: Log
}

const windowsAtOnce = 100

/**
 * Lets the plugins act on every window of a world's first layer that they have not acted on yet, in order. What they
 * answer for a window is stored as an object before the first command of it is written, each part under a request id of
 * its own: so it takes effect once, whatever crashes, and whoever else does the same. One process of those that are
 * asked does it.
 *
 * @throws what the database, the store and the plugins throw: the next call goes on from there.
 */
export const runPlugins = async (context: PluginRunContext, key: LayerKey): Promise<void> => {
  const { pool, plugins } = context
  if (plugins.length === 0) return
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    const lock = [`orrery.plugins/${key.worldId}/${key.layer}`]
    const text = 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS "isOurs"'
    const { rows } = await client.query<{ isOurs: boolean }>(text, lock)
    if (!rows[0]!.isOurs) return
    try {
      while (await actOnSome(context, key));
    } finally {
      await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', lock)
    }
  } catch (error) {
    broken = error as Error
    throw error
  } finally {
    client.release(broken)
  }
}

/** Whether there may be more to do. */
const actOnSome = async (context: PluginRunContext, key: LayerKey): Promise<boolean> => {
  const { pool } = context
  const cursor = await readPluginCursor(pool, key)
  if (cursor === undefined) return false
  if (cursor.plan !== null) {
    await carryOut(context, key, cursor.plan)
    return true
  }
  const windows = await readClosedWindows(pool, key, cursor.manifest, windowsAtOnce)
  if (windows.length === 0) return false
  const cuts = await readCuts(pool, key.worldId)
  for (const window of windows) {
    const commands = await askPlugins(context, window, settingsAt(cuts, window.epochEnd)!)
    if (commands.length === 0) continue
    await settle(context, window, commands)
    return true
  }
  await passWindows(pool, key, windows.at(-1)!.manifest)
  return windows.length === windowsAtOnce
}

const askPlugins = async (
  { pool, plugins, log }: PluginRunContext,
  window: ClosedWindow,
  settings: NonNullable<ReturnType<typeof settingsAt>>,
): Promise<Command[]> => {
  const commands: Command[] = []
  for (const { afterWindow } of plugins) {
    const more = await afterWindow({ pool, settings, log }, window)
    for (const command of more) commands.push(command)
  }
  return commands
}

const folderOf = ({ worldId, layer }: LayerKey): string => `plugins/${worldId}/${layer}/`

/** The first answer that is stored for a window counts. */
const settle = async (
  { pool, objects }: PluginRunContext,
  window: ClosedWindow,
  commands: readonly Command[],
): Promise<void> => {
  const { manifest, epochEnd } = window
  const key = `${folderOf(window)}${manifest}-${randomUUID()}.opp`
  await objects.put(key, await encodePlan(planOf(manifest, epochEnd, commands)))
  if (!(await settlePlan(pool, window, key))) await objects.delete(key)
}

const carryOut = async (context: PluginRunContext, key: LayerKey, plan: string): Promise<void> => {
  const { pool, objects } = context
  const bytes = await objects.get(plan)
  if (bytes !== undefined) await write(context, key, await decodePlan(bytes))
  // else somebody has carried it out and deleted it, or the store has lost it
  else if ((await readPluginCursor(pool, key))?.plan === plan) throw new Error(`the plan ${plan} is missing`)
  await finishPlan(pool, key, plan)
  for (const old of await objects.list(folderOf(key)))
    if (manifestOf(old) <= manifestOf(plan)) await objects.delete(old)
}

const manifestOf = (key: string): number => Number.parseInt(key.slice(key.lastIndexOf('/') + 1), 10)

const namespace = 'e5d3f5f4-8f0c-5c0e-9d8b-6d0f7a3c2b19'

const write = async (
  { pool, writer, log }: PluginRunContext,
  { worldId, tenantId, layer }: LayerKey,
  { manifest, tick, parts }: PluginPlan,
): Promise<void> => {
  const text = 'SELECT name FROM worlds WHERE world_id = $1'
  const [world] = (await pool.query<{ name: string }>(text, [worldId])).rows
  if (world === undefined) return
  for (const [part, commands] of parts.entries()) {
    const requestId = uuidv5(`${worldId}/${layer}/${manifest}/${part}`, namespace)
    const request = { tenantId, world: world.name, requestId, commands, mustExist: true }
    const outcome = await writer.write({ ...request, window: { manifest, tick } })
    if (outcome.status === 'refused')
      log(`world ${worldId}: window ${manifest} has no effect: ${outcome.refusal.detail}`, { world: worldId })
  }
}
