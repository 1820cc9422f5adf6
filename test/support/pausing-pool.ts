import type pg from 'pg'

export interface PausingPool {
  pool: pg.Pool
  /** Resolves when a statement waits. */
  reached: Promise<void>
  /** Lets it go on, and all after it. */
  goOn(): void
}

/** The pool, but that the first statement whose text matches waits, within its transaction, until it is let go on. */
export const pausingPool = (pool: pg.Pool, statement: RegExp): PausingPool => {
  const reached = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const pausing = (client: pg.PoolClient): pg.PoolClient =>
    new Proxy(client, {
      get: (target, key) => {
        const value = Reflect.get(target, key, target)
        if (typeof value !== 'function') return value
        if (key !== 'query') return value.bind(target)
        return async (config: string | { text: string }, ...rest: unknown[]) => {
          if (statement.test(typeof config === 'string' ? config : config.text)) {
            reached.resolve()
            await gate.promise
          }
          return value.call(target, config, ...rest)
        }
      },
    })
  return {
    pool: new Proxy(pool, {
      get: (target, key) => {
        const value = Reflect.get(target, key, target)
        if (key === 'connect') return async () => pausing(await target.connect())
        return typeof value === 'function' ? value.bind(target) : value
      },
    }),
    reached: reached.promise,
    goOn: gate.resolve,
  }
}
