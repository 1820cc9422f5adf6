/**
 * Sends batches in their order, at most so many at once, and waits for those that are on their way when one
 * fails.
 *
 * @throws what the first failed one threw, and what `batches` throws
 */
export const sendInFlight = async <Batch>(
  batches: AsyncIterable<Batch> | Iterable<Batch>,
  inFlight: number,
  send: (batch: Batch) => Promise<void>,
): Promise<void> => {
  const onTheirWay = new Set<Promise<void>>()
  let failure: unknown
  try {
    for await (const batch of batches) {
      const sending: Promise<void> = send(batch)
        .catch((error: unknown) => {
          failure ??= error
        })
        .finally(() => onTheirWay.delete(sending))
      onTheirWay.add(sending)
      if (onTheirWay.size >= inFlight) await Promise.race(onTheirWay)
      if (failure !== undefined) break
    }
  } finally {
    await Promise.all(onTheirWay)
  }
  if (failure !== undefined) throw failure
}
