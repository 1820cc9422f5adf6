/** A number for each world of each tenant: it stands in keys for both, and no two of them share one, ever. */
export interface Scopes {
  numberOf(tenantId: string, worldId: string): number
}

const scopeLimit = 10_000

/**
 * So many worlds have a number at once; the one that got it first loses it then, and what was kept under it is out of
 * reach, which `onLoss` is told.
 */
export const createScopes = (onLoss: () => void, limit = scopeLimit): Scopes => {
  const numbers = new Map<string, number>()
  let next = 0
  return {
    numberOf: (tenantId, worldId) => {
      const scope = JSON.stringify([tenantId, worldId])
      const known = numbers.get(scope)
      if (known !== undefined) return known
      if (numbers.size >= limit) {
        numbers.delete(numbers.keys().next().value!)
        onLoss()
      }
      numbers.set(scope, next)
      return next++
    },
  }
}
