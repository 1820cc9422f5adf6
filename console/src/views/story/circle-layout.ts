export interface Place {
  x: number
  y: number
}

/** Ids evenly on a circle within −1 to 1, the first at the top; the same ids always have the same places. */
export const circleOf = (ids: readonly string[]): Map<string, Place> =>
  new Map(
    [...ids].sort().map((id, n, all) => {
      const angle = (n / all.length) * 2 * Math.PI - Math.PI / 2
      return [id, { x: Math.cos(angle), y: Math.sin(angle) }]
    }),
  )
