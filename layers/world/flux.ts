/**
 * Flux position of a place, 1 to 9: with q = |round(x)| + |round(y)| + |round(z)|, 9 when q = 0, else
 * 1 + (q − 1) mod 9. round is to the nearest integer, a half towards +∞ (JavaScript's Math.round).
 */
export const fluxPosition = ([x, y, z]: readonly [number, number, number]): number => {
  const q = Math.abs(Math.round(x)) + Math.abs(Math.round(y)) + Math.abs(Math.round(z))
  return q === 0 ? 9 : 1 + ((q - 1) % 9)
}

/** An entity at one of these flux positions is sacred. */
export const sacredFluxPositions = [3, 6, 9] as const
