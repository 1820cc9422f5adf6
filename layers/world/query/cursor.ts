import { createHash } from 'node:crypto'
import { isStorableText } from '../json.ts'
import type { Query } from './ast.ts'
import type { Place } from './compile/after.ts'

/** Whose cursor it is: a cursor of another query, world or tenant is refused. */
export interface CursorOwner {
  tenantId: string
  worldId: string
  query: Query
}

/** Neither how long pages are nor the moment that is read changes what comes after a place. */
const digestOf = ({ tenantId, worldId, query: { where, select, sort } }: CursorOwner): string =>
  createHash('sha256')
    .update(JSON.stringify([tenantId, worldId, where ?? null, select ?? null, sort ?? null]))
    .digest('base64url')
    .slice(0, 22)

/** An opaque text: the place of the last row of a page. */
export const encodeCursor = (owner: CursorOwner, { keys, id }: Place): string =>
  Buffer.from(JSON.stringify([digestOf(owner), id, keys])).toString('base64url')

/** Undefined for anything that was not made for this owner, or has other keys than these. */
export const decodeCursor = (owner: CursorOwner, cursor: string): Place | undefined => {
  const parsed = parse(cursor)
  if (!Array.isArray(parsed) || parsed.length !== 3) return undefined
  const [digest, id, keys] = parsed as unknown[]
  if (digest !== digestOf(owner) || typeof id !== 'string' || !Array.isArray(keys)) return undefined
  return { id, keys: keys as Place['keys'] }
}

const parse = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return undefined
  }
}

/** Whether the values of a place are of the kinds of the statement's sort keys. */
export const fitsKeys = ({ keys, id }: Place, types: readonly ('float8' | 'text')[]): boolean =>
  keys.length === types.length &&
  [id, ...keys].every((value) => typeof value !== 'string' || isStorableText(value)) &&
  keys.every((value, n) => value === null || typeof value === (types[n] === 'float8' ? 'number' : 'string'))
