import type { JsonObject } from '../event.ts'

/** The only field of the data of a sensitive component, as the write path, the log and the database know it. */
const sealKey = '$sealed'

/** Whether data is encrypted (see data-keys.ts): an object with that field and no other. */
export const isSealed = (data: JsonObject): boolean =>
  typeof data[sealKey] === 'string' && Object.keys(data).length === 1
