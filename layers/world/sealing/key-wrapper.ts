/** What a wrapped key is for; it can be unwrapped with the same context alone. */
export type KeyContext = Readonly<Record<string, string>>

/** Encrypts data keys with a key that stays with its keeper. */
export interface KeyWrapper {
  /** @throws KeeperUnavailable, KeyGone (the keeper's own key cannot be used any more) */
  wrap(key: Uint8Array, context: KeyContext): Promise<Uint8Array>
  /** @throws KeeperUnavailable, KeyGone (also: it was wrapped by another key, for another context, or is no wrapped key) */
  unwrap(wrapped: Uint8Array, context: KeyContext): Promise<Uint8Array>
}
