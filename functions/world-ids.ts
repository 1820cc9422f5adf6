/** The id of a tenant's world by its name: looked for once, since a world keeps its name and is never deleted. */
export type WorldIds = (tenantId: string, name: string, find: () => Promise<string>) => Promise<string>

/** @param limit of names that are remembered; the one that came first is forgotten first. */
export const createWorldIds = (limit = 10_000): WorldIds => {
  const ids = new Map<string, string>()
  return async (tenantId, name, find) => {
    const key = JSON.stringify([tenantId, name])
    const known = ids.get(key)
    if (known !== undefined) return known
    const id = await find()
    if (ids.size >= limit) ids.delete(ids.keys().next().value!)
    ids.set(key, id)
    return id
  }
}
