import type pg from 'pg'
import type { Log } from '#platform/telemetry/log'
import type { Command } from '#world/commands'
import type { LayerName, LedgerSettings } from './settings.ts'

/** A window of the layer that takes a world's ticks, which lacks no commit any more. */
export interface ClosedWindow {
  worldId: string
  tenantId: string
  layer: LayerName
  /** Number of its manifest. */
  manifest: number
  /** First and last tick. */
  epochStart: number
  epochEnd: number
}

export interface PluginContext {
  /** As orrery_background. */
  pool: pg.Pool
  /** That held in the window. */
  settings: LedgerSettings
  log: Log
}

/**
 * What acts on a world when a window of its first layer has closed. `run-plugins.ts` calls it for each window that has
 * commits, in their order.
 */
export interface CommitPlugin {
  name: string
  /**
   * Answers what the window does to the world; changes nothing itself. It may be asked again after a crash, about a world
   * that has gone on: one answer is kept, and each of its commands takes effect once.
   *
   * @throws whatever says that it is to be asked again: the windows after this one wait.
   */
  afterWindow(context: PluginContext, window: ClosedWindow): Promise<Command[]>
}
