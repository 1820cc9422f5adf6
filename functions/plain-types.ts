/** A component type that a world has registered. */
export interface TypeOfWorld {
  tenantId: string
  world: string
  type: string
}

/** Types that are known not to be sensitive; that never changes, and so is not asked again. */
export interface PlainTypes {
  has(type: TypeOfWorld): boolean
  add(type: TypeOfWorld): void
}

// some 2 MB
const limit = 10_000

export const createPlainTypes = (): PlainTypes => {
  const names = new Set<string>()
  const nameOf = ({ tenantId, world, type }: TypeOfWorld) => JSON.stringify([tenantId, world, type])
  return {
    has: (type) => names.has(nameOf(type)),
    add: (type) => {
      if (names.size >= limit) names.delete(names.keys().next().value!)
      names.add(nameOf(type))
    },
  }
}
