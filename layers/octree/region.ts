import { gridCell, powerOfTwo } from './binary64.ts'

/** Every coordinate is finite and smaller than this in size, in world units. */
export const coordinateLimitUnits = 2 ** 40

/** At 2^-13 units a cell's coordinates still fit the 53 bits of a safe integer anywhere in the world. */
export const finestRegionExponent = -13

/** Eight regions of this exponent are the whole world. */
export const coarsestRegionExponent = 40

/** A cube of side 2^exponent units with its lowest corner at (x, y, z) * 2^exponent. */
export interface Region {
  exponent: number
  x: number
  y: number
  z: number
}

const namePattern = /^(0|-?[1-9]\d*):(0|-?[1-9]\d*):(0|-?[1-9]\d*):(0|-?[1-9]\d*)$/

/**
 * Names the region `e:x:y:z` of side 2^exponent units that holds a position: its integer coordinates
 * are floor(p / 2^e), computed in doubles.
 *
 * @throws RangeError for a coordinate that is not finite or not below 2^40 in size, or an exponent that
 * is not an integer from -13 to 40.
 */
export function regionName(x: number, y: number, z: number, exponent: number): string {
  checkExponent(exponent)
  checkCoordinate('x', x)
  checkCoordinate('y', y)
  checkCoordinate('z', z)
  return nameRegion(regionAt(x, y, z, exponent))
}

/** The region of side 2^exponent units that holds a position, neither of which is checked. */
export function regionAt(x: number, y: number, z: number, exponent: number): Region {
  const cellsPerUnit = powerOfTwo(-exponent)
  return {
    exponent,
    x: gridCell(x, cellsPerUnit),
    y: gridCell(y, cellsPerUnit),
    z: gridCell(z, cellsPerUnit),
  }
}

/** The name of a region, `e:x:y:z`. */
export function nameRegion({ exponent, x, y, z }: Region): string {
  return `${exponent}:${x}:${y}:${z}`
}

/**
 * Reads a name that `regionName` could have written, and no other spelling of it, so that equal regions
 * have equal names.
 *
 * @throws RangeError for anything else.
 */
export function parseRegion(name: string): Region {
  const match = namePattern.exec(name)
  if (!match) throw new RangeError(`Region must have the form e:x:y:z, not ${JSON.stringify(name)}`)
  const [exponent, x, y, z] = match.slice(1).map(Number)
  checkExponent(exponent)
  const limit = coordinateLimitUnits / powerOfTwo(exponent)
  if ([x, y, z].some((coordinate) => coordinate < -limit || coordinate >= limit)) {
    throw new RangeError(`Region ${name} lies outside the world`)
  }
  return { exponent, x, y, z }
}

/**
 * Names the region of twice the side that holds the named one.
 *
 * @throws RangeError for a name that is not a region, and for one of the coarsest exponent.
 */
export function parentRegion(name: string): string {
  const { exponent, x, y, z } = parseRegion(name)
  checkExponent(exponent + 1)
  return `${exponent + 1}:${Math.floor(x / 2)}:${Math.floor(y / 2)}:${Math.floor(z / 2)}`
}

/**
 * Refuses a coordinate outside the world.
 *
 * @throws RangeError that names the argument.
 */
export function checkCoordinate(name: string, value: number): void {
  if (!(Math.abs(value) < coordinateLimitUnits)) {
    throw new RangeError(`${name} must be finite and below 2^40 in size, not ${value}`)
  }
}

/**
 * Refuses an exponent that no region has.
 *
 * @throws RangeError.
 */
export function checkExponent(exponent: number): void {
  if (!Number.isInteger(exponent) || exponent < finestRegionExponent || exponent > coarsestRegionExponent) {
    throw new RangeError(
      `exponent must be an integer from ${finestRegionExponent} to ${coarsestRegionExponent}, not ${exponent}`,
    )
  }
}
