import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto'

// NIST SP 800-38D: a random nonce of 96 bits is good for 2^32 messages of one key, and a tag is whole or worth less
const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

/** Of a key. */
export const keyBytes = 32

/** Nonce, ciphertext and tag, one after the other; `bound` is not in it, and must be the same at decryption. */
export const encrypt = (key: KeyObject, bytes: Uint8Array, bound: string): Buffer => {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(bound))
  return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
}

/** Undefined for what `encrypt` did not make of this key and `bound`. */
export const decrypt = (key: KeyObject, sealed: Uint8Array, bound: string): Buffer | undefined => {
  if (sealed.length < nonceBytes + tagBytes) return undefined
  const end = sealed.length - tagBytes
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAAD(Buffer.from(bound)).setAuthTag(sealed.subarray(end))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, end)), decipher.final()])
  } catch {
    return undefined
  }
}
