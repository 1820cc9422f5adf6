import { numberKey, type Records } from './records.ts'

/**
 * Keeps bytes under one name of a partition, cut into parts. The first part says how many bytes there are and goes last
 * in and last out: where it is, all are, unless they are being deleted.
 */
export const putParts = async (
  records: Records,
  partition: string,
  name: string,
  bytes: Buffer,
): Promise<void> => {
  const room = Math.min(records.maxValueBytes, bytes.length + headBytes) - headBytes
  const first = Buffer.alloc(headBytes + Math.min(room, bytes.length))
  first.writeUIntBE(bytes.length, 0, headBytes)
  bytes.copy(first, headBytes)
  const rest: Promise<void>[] = []
  for (let at = room, part = 1; at < bytes.length; at += records.maxValueBytes, part++)
    rest.push(records.put(partition, partKey(name, part), bytes.subarray(at, at + records.maxValueBytes)))
  await Promise.all(rest)
  await records.put(partition, partKey(name, 0), first)
}

const headBytes = 6

const partKey = (name: string, part: number): string => `${name}-${numberKey(part)}`

/** undefined where they are not there, or not all of them. */
export const getParts = async (
  records: Records,
  partition: string,
  name: string,
): Promise<Buffer | undefined> => {
  const first = await records.get(partition, partKey(name, 0))
  if (first === undefined) return undefined
  const length = first.readUIntBE(0, headBytes)
  const parts = await Promise.all(
    Array.from({ length: restParts(records, length) }, (_, at) =>
      records.get(partition, partKey(name, at + 1)),
    ),
  )
  if (parts.some((part) => part === undefined)) return undefined
  const bytes = Buffer.concat([first.subarray(headBytes), ...(parts as Buffer[])])
  return bytes.length === length ? bytes : undefined
}

const restParts = ({ maxValueBytes }: Records, length: number): number =>
  Math.max(0, Math.ceil((length - (maxValueBytes - headBytes)) / maxValueBytes))

/** Nothing where they are not there. */
export const deleteParts = async (records: Records, partition: string, name: string): Promise<void> => {
  const first = await records.get(partition, partKey(name, 0))
  if (first === undefined) return
  const count = restParts(records, first.readUIntBE(0, headBytes))
  await Promise.all(
    Array.from({ length: count }, (_, at) => records.delete(partition, partKey(name, at + 1))),
  )
  await records.delete(partition, partKey(name, 0))
}
