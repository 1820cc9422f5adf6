/** Texts that never change, by name: those used last, up to a number of bytes. */
export interface TileCache {
  get(name: string): string | undefined
  /** One that is larger than a quarter of the cache is not kept. */
  set(name: string, text: string): void
}

/** A cache of a process. @param maxBytes of names and texts together, two bytes a character. */
export const createTileCache = (maxBytes: number): TileCache => {
  // a map keeps the order in which names were set: the first one was used longest ago
  const texts = new Map<string, string>()
  let bytes = 0
  const remove = (name: string): void => {
    const text = texts.get(name)
    if (text === undefined) return
    texts.delete(name)
    bytes -= bytesOf(name, text)
  }
  return {
    get: (name) => {
      const text = texts.get(name)
      if (text === undefined) return undefined
      texts.delete(name)
      texts.set(name, text)
      return text
    },
    set: (name, text) => {
      remove(name)
      const added = bytesOf(name, text)
      if (added > maxBytes / 4) return
      for (const oldest of texts.keys()) {
        if (bytes + added <= maxBytes) break
        remove(oldest)
      }
      texts.set(name, text)
      bytes += added
    },
  }
}

const bytesOf = (name: string, text: string): number => 2 * (name.length + text.length)
