import type pg from 'pg'
import type { EngineContext } from '#ledger/engine'

/** Hears of each step of an engine just before it is taken, by a name that is the same for the same step of each shard. */
export type OnStep = (step: string) => void

/** The engine, each of whose calls to the world around it is a step: every query, object, message and doorbell. */
export const withSteps = (context: EngineContext, onStep: OnStep): EngineContext => {
  announceQueries(context.pool, onStep)
  return {
    ...context,
    objects: announced('objects', context.objects, onStep),
    queue: announced('queue', context.queue, onStep),
    doorbell: announced('doorbell', context.doorbell, onStep),
  }
}

type Method = (...args: unknown[]) => unknown

const announced = <Port extends object>(name: string, port: Port, onStep: OnStep): Port => {
  const methods = Object.entries(port as Record<string, Method>).map(([method, call]) => {
    const stepOf = (key: unknown) => `${name}.${method}${name === 'objects' ? ` ${folderOf(key)}` : ''}`
    const announcing: Method = (...args) => {
      onStep(stepOf(args[0]))
      return call(...args)
    }
    return [method, announcing]
  })
  return Object.fromEntries(methods) as Port
}

/** Of a key: ticks, spill, … */
const folderOf = (key: unknown): string => String(key).split('/')[0]!

/** All connections that the pool opens from now on. */
const announceQueries = (pool: pg.Pool, onStep: OnStep): void => {
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as Method
    let before = ''
    const announcing: Method = (...args) => {
      const statement = statementOf(args[0] as string | pg.QueryConfig)
      onStep(/^(COMMIT|ROLLBACK)$/.test(statement) ? `${statement} after ${before}` : statement)
      before = statement
      return query(...args)
    }
    client.query = announcing as typeof client.query
  })
}

/** So much of a statement tells it from all others. */
const nameLength = 100

const statementOf = (query: string | pg.QueryConfig): string =>
  (typeof query === 'string' ? query : query.text).replaceAll(/\s+/g, ' ').trim().slice(0, nameLength)
