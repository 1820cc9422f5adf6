import { createHash } from 'node:crypto'
import type { NewKey } from '#ledger/pseudonyms'

/** So that the same ticks make the same commits in any database. */
export const keyOfId: NewKey = (id) => createHash('sha256').update(id).digest()
