import fc from 'fast-check'

/** Arbitrary worlds for the property tests of this folder. */

/**
 * A coordinate that is likely to lie on a cell's face, on either side of the origin or on another body's:
 * small integers and halves, doubles between them, far outliers, the least above and below 0, and both zeros.
 */
const awkwardCoordinate = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 2, arbitrary: fc.double({ min: -4, max: 4, noNaN: true }) },
  { weight: 1, arbitrary: fc.integer({ min: -9, max: 9 }).map((half) => half / 2) },
  { weight: 1, arbitrary: fc.constantFrom(2 ** 39, -(2 ** 39), 2 ** 40 - 1, 1e-12, -1e-300, -0) },
)

export const awkwardPoint = fc.tuple(awkwardCoordinate, awkwardCoordinate, awkwardCoordinate)

/** None to 150 bodies, some of which coincide. */
export const awkwardWorld = fc.array(awkwardPoint, { maxLength: 150, size: 'max' })
