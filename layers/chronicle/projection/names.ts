import { hash } from 'node:crypto'

/** The same name however it is written. */
export const normaliseName = (name: string): string =>
  name.normalize('NFKC').trim().toLowerCase().replaceAll(/\s+/gu, ' ')

/** 128 bits of SHA-256 as a UUID: a key of fixed size for texts of any length. */
const digestKey = (text: string): string => {
  const hex = hash('sha256', text, 'hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
}

/** By what an actor without an id is found: its name and its type. */
export const nameKey = (name: string, type: string): string =>
  digestKey(`${normaliseName(name)}\u0001${normaliseName(type)}`)

const slugLimit = 100

const slugOf = (text: string): string =>
  [...text.replaceAll(/[^\p{L}\p{N}]+/gu, '-').replaceAll(/^-+|-+$/g, '')].slice(0, slugLimit / 2).join('')

/**
 * The id of an entity that is known by its name and type only, such as `character:gandalf-the-grey`. Where the slug
 * loses something of them a part of their digest follows, so that two names never share an id. At most 256 characters.
 */
export const derivedEntityId = (name: string, type: string): string => {
  const [wholeName, wholeType] = [normaliseName(name), normaliseName(type)]
  const [nameSlug, typeSlug] = [slugOf(wholeName), slugOf(wholeType)]
  const isWhole = nameSlug.replaceAll('-', ' ') === wholeName && typeSlug.replaceAll('-', ' ') === wholeType
  const id = `${typeSlug}:${nameSlug}`
  return isWhole ? id : `${id}~${hash('sha256', `${wholeName}\u0001${wholeType}`, 'hex').slice(0, 12)}`
}

const keys = new Map<string, string>()
const keyLimit = 100_000

/** `digestKey`, of texts that come again and again. */
export const targetKeyOf = (text: string): string => {
  let key = keys.get(text)
  if (key === undefined) {
    if (keys.size >= keyLimit) keys.clear()
    keys.set(text, (key = digestKey(text)))
  }
  return key
}
