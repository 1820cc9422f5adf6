/** A page of a list, as `api().page` answers it. */
export interface Page<B> {
  body: B
  /** The cursor of the next one; undefined: there is none. */
  next: string | undefined
}

/** Reads pages one after the other until there are no more, or `most` items. */
export const pagesOf = async <B, T>(
  read: (cursor: string | undefined) => Promise<Page<B>>,
  itemsOf: (body: B) => readonly T[],
  most: number,
): Promise<T[]> => {
  const items: T[] = []
  let cursor: string | undefined
  do {
    const { body, next } = await read(cursor)
    items.push(...itemsOf(body))
    cursor = next
  } while (cursor !== undefined && items.length < most)
  return items.slice(0, most)
}
