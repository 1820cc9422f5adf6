/**
 * The bodies of one world, body i at index i of every array. The arrays may be longer than `count`; the
 * rest is never read. The caller owns them: the octree reads them and keeps no reference.
 */
export interface BodyArrays {
  count: number
  /** Position in world units, each coordinate finite and below 2^40 in size. */
  x: Float64Array
  y: Float64Array
  z: Float64Array
  /** Inertial mass, finite and not negative. */
  mass: Float64Array
  /** Coupling to the field, finite and not negative; 0 = the body neither exerts nor feels it. */
  activity: Float64Array
}

/** Some of the bodies: the first `count` of `indices`. */
export interface BodySelection {
  count: number
  indices: Uint32Array
}
