/**
 * A binary min-heap of items by squared distance, then by item, so that the order of equal distances does
 * not depend on the order of insertion. Keys and items lie in two arrays; nothing is allocated a push.
 */
export class DistanceQueue {
  readonly #distances: number[] = []
  readonly #items: number[] = []

  get size(): number {
    return this.#items.length
  }

  /** Squared distance of the item that `pop` takes next. The queue must not be empty. */
  get leastDistance(): number {
    return this.#distances[0]
  }

  push(distance: number, item: number): void {
    const distances = this.#distances
    const items = this.#items
    let hole = items.length
    items.push(item)
    distances.push(distance)
    while (hole > 0) {
      const parent = (hole - 1) >> 1
      if (!precedes(distance, item, distances[parent], items[parent])) break
      distances[hole] = distances[parent]
      items[hole] = items[parent]
      hole = parent
    }
    distances[hole] = distance
    items[hole] = item
  }

  /** Removes and returns the first item. The queue must not be empty. */
  pop(): number {
    const distances = this.#distances
    const items = this.#items
    const top = items[0]
    const distance = distances.pop()!
    const item = items.pop()!
    const length = items.length
    if (length === 0) return top
    let hole = 0
    for (let child = 1; child < length; child = 2 * hole + 1) {
      const right = child + 1
      if (right < length && precedes(distances[right], items[right], distances[child], items[child]))
        child = right
      if (!precedes(distances[child], items[child], distance, item)) break
      distances[hole] = distances[child]
      items[hole] = items[child]
      hole = child
    }
    distances[hole] = distance
    items[hole] = item
    return top
  }
}

function precedes(distance: number, item: number, otherDistance: number, otherItem: number): boolean {
  return distance < otherDistance || (distance === otherDistance && item < otherItem)
}
