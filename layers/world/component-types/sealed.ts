import type { JsonObject } from '../event.ts'

/** The only field of the data of a sensitive component, as the write path, the log and the database know it. */
export const sealKey = '$sealed'

/** The data of a sensitive component, encrypted (see layers/world/sealing/seal.ts). */
export type SealedData = { $sealed: string }

/** What is answered instead of it to whoever may not read it. */
export const hidden = { $sealed: true } as const

/** Whether data is encrypted: an object with that field and no other. */
export const isSealed = (data: JsonObject): data is SealedData =>
  typeof data[sealKey] === 'string' && Object.keys(data).length === 1

/**
 * Bytes of the data of a sensitive component as JSON, in clear: sealed it is a third larger, and then has to be within
 * the limit of any component.
 */
export const sensitiveLimitBytes = 48_000
