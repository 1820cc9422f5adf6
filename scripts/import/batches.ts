import type { ImportItem } from './item.ts'

/** Items that go in one request. */
export interface Batch {
  entities: ImportItem[]
  connections: ImportItem[]
  /** Position of the last item. */
  position: number
}

/** The API takes 4 MiB; the rest is for the names around the items. */
const batchBytesLimit = 4 * 1024 * 1024 - 4_096

/** Groups the items in order, at most so many and so many bytes in a batch; an item larger than that goes alone. */
export async function* toBatches(
  items: AsyncIterable<ImportItem> | Iterable<ImportItem>,
  itemLimit: number,
  bytesLimit = batchBytesLimit,
): AsyncGenerator<Batch> {
  let batch = emptyBatch()
  let count = 0
  let bytes = 0
  for await (const item of items) {
    const itemBytes = Buffer.byteLength(item.json) + 1
    if (count > 0 && (count === itemLimit || bytes + itemBytes > bytesLimit)) {
      yield batch
      batch = emptyBatch()
      count = 0
      bytes = 0
    }
    batch[item.kind === 'entity' ? 'entities' : 'connections'].push(item)
    batch.position = item.position
    count += 1
    bytes += itemBytes
  }
  if (count > 0) yield batch
}

const emptyBatch = (): Batch => ({ entities: [], connections: [], position: 0 })

export const batchBody = (world: string, { entities, connections }: Batch): string => {
  const list = (items: ImportItem[]) => items.map(({ json }) => json).join(',')
  const name = JSON.stringify(world)
  return `{"space_name":${name},"entities":[${list(entities)}],"connections":[${list(connections)}]}`
}

/** The item that a field of a problem document (`entities[3].position`) is about. */
export const itemOfField = (batch: Batch, field: string): ImportItem | undefined => {
  const match = /^(entities|connections)\[(\d+)\]/.exec(field)
  return match === null ? undefined : batch[match[1] as 'entities' | 'connections'][Number(match[2])]
}
