/** A page of cells as it is sent. */
export interface TilePage {
  /** JSON. */
  text: string
  /** The page's last region, where there are more cells. */
  next: string | undefined
}

/** Pages that never change, by name: those used last, up to a number of bytes. */
export interface TileCache {
  get(name: string): TilePage | undefined
  /** One that is larger than a quarter of the cache is not kept. */
  set(name: string, page: TilePage): void
}

/** A cache of a process. @param maxBytes of names and texts together, two bytes a character. */
export const createTileCache = (maxBytes: number): TileCache => {
  // a map keeps the order in which names were set: the first one was used longest ago
  const pages = new Map<string, TilePage>()
  let bytes = 0
  const remove = (name: string): TilePage | undefined => {
    const page = pages.get(name)
    if (page === undefined) return undefined
    pages.delete(name)
    bytes -= bytesOf(name, page)
    return page
  }
  const add = (name: string, page: TilePage): void => {
    pages.set(name, page)
    bytes += bytesOf(name, page)
  }
  return {
    get: (name) => {
      const page = remove(name)
      if (page !== undefined) add(name, page)
      return page
    },
    set: (name, page) => {
      remove(name)
      const added = bytesOf(name, page)
      if (added > maxBytes / 4) return
      for (const oldest of pages.keys()) {
        if (bytes + added <= maxBytes) break
        remove(oldest)
      }
      add(name, page)
    },
  }
}

const bytesOf = (name: string, { text }: TilePage): number => 2 * (name.length + text.length)
