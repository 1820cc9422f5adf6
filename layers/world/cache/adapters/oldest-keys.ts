/**
 * Answers the key that was set longest ago, of a map whose keys are deleted and set again when they are used. Whoever
 * asks deletes it. An iterator of its own would have to pass over all that was deleted since the map last grew, which with
 * 400,000 keys takes a millisecond; this one stays where it was, and what it has passed is gone or stands behind.
 */
export const oldestKeysOf = <Key>(map: Map<Key, unknown>): (() => Key | undefined) => {
  let keys = map.keys()
  return () => {
    const next = keys.next()
    if (!next.done) return next.value
    // it has come to the end, and sees nothing that is set from now on
    keys = map.keys()
    return keys.next().value
  }
}
