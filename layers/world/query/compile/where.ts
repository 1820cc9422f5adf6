import type { Condition } from '../ast.ts'
import type { Compiler } from './compiler.ts'
import { compileCondition } from './condition.ts'
import { isDriving } from './driving.ts'
import { probeOf } from './probe.ts'

/** The condition of a statement on the entity row `e`. */
export interface Where {
  /** Common table expressions, ready for a WITH; '' where there are none. */
  tables: string
  /** A row meets the condition where it meets one of these; no row meets two. */
  arms: string[]
  /**
   * The condition, tested row by row: where an index finds many entities, or none is there, a look at the first rows in the
   * order that is asked for may fill the page. Undefined where a look gains nothing.
   */
  look: (() => string) | undefined
}

/** What an index finds is fetched one by one up to here; beyond, a walk in order soon meets enough. */
const fewRows = 2_000

/**
 * How many entities an index of functions finds, the planner cannot know: a tag may be on three of them or on all. So the
 * statement looks: the first search that finds few drives it; where each finds many, entities are walked in order
 * and tested, which a page soon ends. Of the two arms one does nothing.
 */
export const compileWhere = (compiler: Compiler, where: Condition | undefined): Where => {
  if (where === undefined) return { tables: '', arms: ['true'], look: () => 'true' }
  const parts = where.op === 'and' ? where.of : [where]
  const probes = compiler.moment === 'past' ? [] : parts.flatMap((part) => probeOf(compiler, part) ?? [])
  const isDriven = parts.some((part) => isDriving(compiler, part))
  const looks = compiler.moment === 'now' && (probes.length > 0 || !isDriven)
  const tested = (tester: Compiler) =>
    parts.map((part) => compileCondition(tester, 'e', part, false)).join(' AND ')
  const byRow = { ...compiler, byRow: true as const }
  const look = looks ? () => tested(byRow) : undefined
  if (probes.length === 0) return { tables: '', arms: [compileCondition(compiler, 'e', where, true)], look }
  const limit = compiler.parameter(fewRows + 1, 'int4')
  const found = probes.map((ids, n) => `probe${n} (id) AS MATERIALIZED (${ids} LIMIT ${limit})`)
  const few = (n: number) => `(SELECT count(*) FROM probe${n}) < ${limit}`
  const many = (count: number) => probes.slice(0, count).map((_, n) => `NOT ${few(n)}`)
  const drivers = probes.map((_, n) => `SELECT id FROM probe${n} WHERE ${[...many(n), few(n)].join(' AND ')}`)
  return {
    tables: [...found, `driver (id) AS MATERIALIZED (${drivers.join(' UNION ALL ')})`].join(', '),
    arms: [
      `e.entity_id IN (SELECT id FROM driver) AND ${tested(compiler)}`,
      `${many(probes.length).join(' AND ')} AND ${tested(byRow)}`,
    ],
    look,
  }
}
