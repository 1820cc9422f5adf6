import * as z from 'zod'
import { chronicleSettings } from '#chronicle/settings'
import { ledgerSettings } from '#ledger/settings'
import { retentionSettings } from '#retention/settings'
import { syncSettings } from '#sync/settings'
import { trainingSettings } from '#training/settings'
import { keyChanges } from './changes.ts'
import type { Change, JsonObject } from './event.ts'

/**
 * Settings of a world. PATCH /worlds/{world}/settings takes any part of them; each change is an event and
 * the physics takes it up at a tick.
 */
export const worldSettings = z.strictObject({
  snapshots: z
    .strictObject({
      /** A scene snapshot after so many single updates; 0 turns it off. */
      everyUpdates: z.int().min(0).max(1_000_000).default(100),
      /** A scene snapshot every so many minutes in which something changed; 0 turns it off. */
      everyMinutes: z.number().min(0).max(525_600).default(0),
    })
    .prefault({}),
  physics: z
    .strictObject({
      paused: z.boolean().default(false),
      /** G of the local field force. */
      gravity: z.number().min(-1e12).max(1e12).default(1),
      /** ε of the local field force, in units. */
      softeningUnits: z
        .number()
        .min(0)
        .max(2 ** 40)
        .default(1),
      /**
       * θ: how wide a cell of bodies may look, beside its distance, to act as a whole. Wider is faster and less exact: at
       * 0.5 half of all forces are within 0.05 %, 99 % within 0.5 % in evenly spread worlds and clusters, within about
       * three times that in sheets and shells; 0 sums over all pairs.
       */
      openingAngle: z.number().min(0).max(2).default(0.5),
      /** k of the entanglement force: how strongly a motif draws its members, per second squared. */
      entanglement: z.number().min(0).max(1e6).default(0.001),
      /** Share of the velocity lost each second. */
      dampingPerSecond: z.number().min(0).max(1e3).default(0.1),
      /** Simulated seconds of one tick. */
      dtSeconds: z.number().gt(0).max(3_600).default(0.1),
      /** Ticks a second that the loop aims at; it slows down rather than skip one. */
      ticksPerSecond: z.number().gt(0).max(1_000).default(10),
      /** Seeds the counter-based generator of the jitter. */
      seed: z
        .int()
        .min(0)
        .max(2 ** 32 - 1)
        .default(0),
      /** What an entity that is written from then on without the parameter of that name has. */
      defaultActivity: z.number().min(0).max(1e9).default(0),
      defaultMass: z.number().gt(0).max(1e18).default(1),
      /** Acceleration noise, units per second squared. */
      defaultJitter: z.number().min(0).max(1e12).default(0),
      /**
       * κ: how strongly a body is drawn to where the last committed gamma of the ledger's first layer is larger, in units
       * per second squared for a difference of weight of 1 over a unit; negative: away from it.
       */
      gammaCoupling: z.number().min(-1e6).max(1e6).default(0),
    })
    .prefault({}),
  ledger: ledgerSettings.prefault({}),
  chronicle: chronicleSettings.prefault({}),
  sync: syncSettings.prefault({}),
  retention: retentionSettings.prefault({}),
  training: trainingSettings.prefault({}),
})

export type WorldSettings = z.output<typeof worldSettings>
export type PhysicsSettings = WorldSettings['physics']

export const defaultWorldSettings: WorldSettings = worldSettings.parse({})

/**
 * The changes that lead from `current` to `current` with the fields of `wanted` replaced, or the problem
 * with `wanted`: which setting, and what was expected. Fields are named `physics.gravity`.
 */
export const changeSettings = (
  current: WorldSettings,
  wanted: JsonObject,
): Change[] | { problem: string } => {
  const merged = {
    snapshots: mergeGroup(current.snapshots, wanted.snapshots),
    physics: mergeGroup(current.physics, wanted.physics),
    ledger: mergeGroup(current.ledger, wanted.ledger),
    chronicle: mergeGroup(current.chronicle, wanted.chronicle),
    sync: mergeGroup(current.sync, wanted.sync),
    retention: mergeGroup(current.retention, wanted.retention),
    training: mergeGroup(current.training, wanted.training),
  }
  const parsed = worldSettings.safeParse({ ...wanted, ...merged })
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!
    const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]] : issue.path
    const message = issue.code === 'unrecognized_keys' ? 'is not a setting' : issue.message
    return { problem: `settings.${path.join('.')}: ${message}` }
  }
  return (['snapshots', 'physics', 'ledger', 'chronicle', 'sync', 'retention', 'training'] as const).flatMap(
    (group) => keyChanges('', group, current[group], parsed.data[group]),
  )
}

const mergeGroup = (current: JsonObject, wanted: JsonObject[string] | undefined): JsonObject[string] =>
  wanted === undefined
    ? current
    : typeof wanted === 'object' && wanted !== null && !Array.isArray(wanted)
      ? { ...current, ...wanted }
      : wanted

/** The settings after the changes. */
export const applySettings = (settings: WorldSettings, changes: Change[]): WorldSettings => {
  const next = structuredClone(settings) as Record<string, JsonObject>
  for (const { field, newValue } of changes) {
    const [group, key] = field.split('.') as [string, string]
    if (newValue !== undefined) next[group]![key] = newValue
  }
  return next as WorldSettings
}
