import type { Json, JsonObject } from './event.ts'
import type { PhysicsSettings } from './settings.ts'

/** How an entity takes part in physics. */
export interface BodyTraits {
  /** ≥ 0; 0 neither exerts nor feels the field and emits no ticks. */
  activity: number
  /** > 0 */
  mass: number
  /** ≥ 0, units per second squared */
  jitter: number
  /** Exerts and ticks but does not move. */
  anchored: boolean
}

/**
 * The traits of a body from its entity's parameters `activity`, `mass`, `jitter` and `anchored`. A
 * parameter may be any JSON value; one that is not of its kind (a finite number in range, a boolean) counts
 * as not given, and the world's default applies.
 */
export const bodyTraits = (parameters: JsonObject, defaults: PhysicsSettings): BodyTraits => ({
  activity: numberOr(parameters.activity, (value) => value >= 0 && value <= 1e9, defaults.defaultActivity),
  mass: numberOr(parameters.mass, (value) => value > 0 && value <= 1e18, defaults.defaultMass),
  jitter: numberOr(parameters.jitter, (value) => value >= 0 && value <= 1e12, defaults.defaultJitter),
  anchored: parameters.anchored === true,
})

/** The trait after its parameter was set, or removed (undefined): then the world's default of that moment. */
export const traitAfter = <Trait extends keyof BodyTraits>(
  trait: Trait,
  value: Json | undefined,
  defaults: PhysicsSettings,
): BodyTraits[Trait] => bodyTraits(value === undefined ? {} : { [trait]: value }, defaults)[trait]

const numberOr = (value: unknown, inRange: (value: number) => boolean, otherwise: number): number =>
  typeof value === 'number' && inRange(value) ? value : otherwise
