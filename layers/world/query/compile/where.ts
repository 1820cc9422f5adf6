import type { Condition } from '../ast.ts'
import type { Compiler } from './compiler.ts'
import { compileCondition } from './condition.ts'
import { probeOf } from './probe.ts'

/** The condition of a statement on the entity row `e`. */
export interface Where {
  /** Common table expressions, ready for a WITH; '' where there are none. */
  tables: string
  /** A row meets the condition where it meets one of these; no row meets two. */
  arms: string[]
}

/** What an index finds is fetched one by one up to here; beyond, a walk in order soon meets enough. */
const fewRows = 2_000

/**
 * How many entities an index of functions finds, the planner cannot know: a tag may be on three of them or on all. So the
 * statement looks: the first search that finds few drives it; where each finds many, entities are walked in order
 * and tested, which a page soon ends. Of the two arms one does nothing.
 */
export const compileWhere = (compiler: Compiler, where: Condition | undefined): Where => {
  if (where === undefined) return { tables: '', arms: ['true'] }
  const parts = where.op === 'and' ? where.of : [where]
  const probes = compiler.moment === 'past' ? [] : parts.flatMap((part) => probeOf(compiler, part) ?? [])
  if (probes.length === 0) return { tables: '', arms: [compileCondition(compiler, 'e', where, true)] }
  const condition = parts.map((part) => compileCondition(compiler, 'e', part, false)).join(' AND ')
  const limit = compiler.parameter(fewRows + 1, 'int4')
  const found = probes.map((ids, n) => `probe${n} (id) AS MATERIALIZED (${ids} LIMIT ${limit})`)
  const few = (n: number) => `(SELECT count(*) FROM probe${n}) < ${limit}`
  const many = (count: number) => probes.slice(0, count).map((_, n) => `NOT ${few(n)}`)
  const drivers = probes.map((_, n) => `SELECT id FROM probe${n} WHERE ${[...many(n), few(n)].join(' AND ')}`)
  return {
    tables: [...found, `driver (id) AS MATERIALIZED (${drivers.join(' UNION ALL ')})`].join(', '),
    arms: [
      `e.entity_id IN (SELECT id FROM driver) AND ${condition}`,
      `${many(probes.length).join(' AND ')} AND ${condition}`,
    ],
  }
}
