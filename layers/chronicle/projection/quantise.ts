const quanta = 1e9
/** Beyond this a double has no 1e-9. */
const limit = 4e6

/** To whole 1e-9, so that a sum is the same on any machine; never −0. */
export const quantise = (value: number): number =>
  Math.abs(value) < limit ? Math.round(value * quanta) / quanta + 0 : value
