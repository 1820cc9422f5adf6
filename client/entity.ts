/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

/** World units. */
export type Position = readonly [x: number, y: number, z: number]

/** Lowest corner, highest corner, in world units; borders are inside. */
export type Box = readonly [number, number, number, number, number, number]

/**
 * An entity as the client holds it: never changed, but replaced when it changes. With the limited cast it has `id`,
 * `classType` and `position` alone, since nothing is told of the rest.
 */
export interface SyncEntity {
  readonly id: string
  readonly classType: string
  readonly position: Position
  readonly name?: string
  /** Quaternion x, y, z, w. */
  readonly rotation?: readonly [number, number, number, number]
  readonly scale?: readonly [number, number, number]
  readonly tags?: readonly string[]
  readonly parameters?: Readonly<JsonObject>
  readonly extra?: Readonly<JsonObject>
  /** By type; absent: none. */
  readonly components?: Readonly<Record<string, JsonObject>>
  /** `entities`, `npcs`, `resources` or `buildings`. */
  readonly group?: string
}
