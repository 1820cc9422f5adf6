import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { decrypt, encrypt, keyBytes } from './aes-gcm.ts'
import { KeyGone } from './errors.ts'
import type { KeyContext, KeyWrapper } from './key-wrapper.ts'

/**
 * Wraps with a key of 32 random bytes that lies in a file of its own, which only its owner may read; made when it is
 * missing. Without the file nothing that was wrapped can be unwrapped again.
 *
 * @throws Error where the file has another size, or cannot be read or made.
 */
export const localKeyFile = (path: string): KeyWrapper => {
  const key = keepKey(path)
  return {
    wrap: async (bytes, context) => encrypt(key, bytes, boundTo(context)),
    unwrap: async (wrapped, context) => {
      const bytes = decrypt(key, wrapped, boundTo(context))
      if (bytes === undefined) throw new KeyGone('a data key cannot be unwrapped with the local key file')
      return bytes
    },
  }
}

const keepKey = (path: string): KeyObject => {
  if (!existsSync(path)) makeKey(path)
  // a copy of the folder may have opened it
  chmodSync(path, 0o600)
  const bytes = readFileSync(path)
  if (bytes.length !== keyBytes)
    throw new Error(`${path} has ${bytes.length} bytes, which is no key: it should have ${keyBytes}`)
  return createSecretKey(bytes)
}

/** Of two processes that make it at once, one does, and the file is never seen half written. */
const makeKey = (path: string): void => {
  const whole = `${path}.${process.pid}.new`
  writeFileSync(whole, randomBytes(keyBytes), { mode: 0o600, flush: true })
  try {
    linkSync(whole, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(whole, { force: true })
  }
}

/** The same text for the same context, in whatever order its names come. */
const boundTo = (context: KeyContext): string =>
  JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1)))
