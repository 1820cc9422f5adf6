import type { KeyObject } from 'node:crypto'
import type { JsonObject } from '../event.ts'
import { decrypt, encrypt } from './aes-gcm.ts'
import { SealBroken } from './errors.ts'

/** A tenant's key for data. */
export interface DataKey {
  /** UUID. */
  id: string
  key: KeyObject
}

/**
 * Whose component it is. The world is not part of it: it may not exist yet when its first entity is sealed, and a fork
 * has the components of its parent as they are.
 */
export interface SealedPlace {
  tenantId: string
  entityId: string
  type: string
}

/** `v1.KEY ID.BASE64URL of nonce, ciphertext and tag`; what it seals can be opened at the same place alone. */
export const sealWith = ({ id, key }: DataKey, place: SealedPlace, data: JsonObject): string =>
  `v1.${id}.${encrypt(key, Buffer.from(JSON.stringify(data)), boundTo(id, place)).toString('base64url')}`

/** @throws SealBroken for what `sealWith` did not make of this key at this place. */
export const openWith = ({ id, key }: DataKey, place: SealedPlace, sealed: string): JsonObject => {
  const [, keyId, body] = partsOf(sealed) ?? []
  const bytes = body === undefined ? undefined : Buffer.from(body, 'base64url')
  // base64 has many texts for the same bytes, and this is ours
  const isOurs = bytes?.toString('base64url') === body
  const clear =
    bytes !== undefined && isOurs && keyId === id ? decrypt(key, bytes, boundTo(id, place)) : undefined
  if (clear === undefined)
    throw new SealBroken(`the sealed ${place.type} of '${place.entityId}' was changed, or is not its own`)
  return JSON.parse(clear.toString()) as JsonObject
}

/** Id of the key that sealed it; undefined for what is no sealed text. */
export const keyIdOf = (sealed: string): string | undefined => partsOf(sealed)?.[1]

const pattern = /^(v1)\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([A-Za-z0-9_-]+)$/

const partsOf = (sealed: string): string[] | undefined => pattern.exec(sealed)?.slice(1)

const boundTo = (keyId: string, { tenantId, entityId, type }: SealedPlace): string =>
  JSON.stringify(['v1', keyId, tenantId, entityId, type])
