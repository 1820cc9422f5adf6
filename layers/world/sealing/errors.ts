/** No message of these holds data, keys, or what a keeper said of them. */

/** The key is not there any more, or nobody can unwrap it: what it sealed cannot be read. */
export class KeyGone extends Error {
  readonly code = 'key-gone'
}

/** The sealed text was changed, or sealed for another entity, type or tenant. */
export class SealBroken extends Error {
  readonly code = 'seal-broken'
}

/** Whoever keeps the key of keys cannot be reached now, or has too much to do. */
export class KeeperUnavailable extends Error {
  readonly code = 'keeper-unavailable'
}

export type SealFault = KeyGone | SealBroken

export const isSealFault = (error: unknown): error is SealFault =>
  error instanceof KeyGone || error instanceof SealBroken
