/**
 * Whole objects under keys like `checkpoints/WORLD/1.orc`: parts of letters, digits, `.`, `_`, `=` and `-`
 * joined by `/`, none of them `.` or `..`, at most 512 characters. Every method throws `InvalidKey` for any
 * other key, and the adapter's own error when the store is away.
 */
export interface ObjectStore {
  /** Atomic and durable when it resolves: a reader finds the old bytes or the new ones. Overwrites. */
  put(key: string, bytes: Uint8Array): Promise<void>
  /** The bytes, or those of the range that there are. undefined where there is no such object. */
  get(key: string, range?: ByteRange): Promise<Buffer | undefined>
  /** All keys that begin with the prefix, in the order of their characters. The prefix is '' or ends with '/'. */
  list(prefix: string): Promise<string[]>
  /** Nothing where there is no such object. */
  delete(key: string): Promise<void>
}

export interface ByteRange {
  start: number
  /** At least 1. */
  length: number
}

/** RFC 9110, 14.1.2: the last byte is included. */
export const rangeHeader = ({ start, length }: ByteRange): string => `bytes=${start}-${start + length - 1}`

/** The key is not one of this store's: see `ObjectStore`. */
export class InvalidKey extends Error {
  readonly code = 'invalid-key'
  readonly key: string

  constructor(key: string) {
    super(`${JSON.stringify(key.slice(0, 200))} is not an object key`)
    this.key = key
  }
}

const part = /^(?!\.{1,2}$)[A-Za-z0-9._=-]+$/

/** @throws InvalidKey */
export const checkKey = (key: string): void => {
  if (key.length > 512 || !key.split('/').every((name) => part.test(name))) throw new InvalidKey(key)
}

/** @throws InvalidKey */
export const checkPrefix = (prefix: string): void => {
  if (prefix === '') return
  if (!prefix.endsWith('/')) throw new InvalidKey(prefix)
  checkKey(prefix.slice(0, -1))
}
