import type { ObjectStore } from '#platform/object-store/object-store'

/** An object store that can be told to fail. */
export interface FaultyArchive {
  archive: ObjectStore
  /** What happens to objects that are read from now on; default: nothing. */
  setFault(fault: 'none' | 'away' | 'missing' | 'flipped' | 'cut'): void
}

export const faultyArchive = (real: ObjectStore): FaultyArchive => {
  let fault: Parameters<FaultyArchive['setFault']>[0] = 'none'
  return {
    archive: {
      ...real,
      get: async (key, ...range) => {
        if (fault === 'away') throw new Error('the archive is away')
        const bytes = await real.get(key, ...range)
        if (fault === 'none' || bytes === undefined) return bytes
        if (fault === 'missing') return undefined
        if (fault === 'cut') return bytes.subarray(0, bytes.length - 1)
        const flipped = Buffer.from(bytes)
        flipped[flipped.length >> 1]! ^= 1
        return flipped
      },
    },
    setFault: (next) => {
      fault = next
    },
  }
}
