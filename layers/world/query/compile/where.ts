import type { Condition } from '../ast.ts'
import type { Compiler } from './compiler.ts'
import { compileCondition } from './condition.ts'
import { type Finder, finderOf } from './finder.ts'

/** The condition of a statement on the entity row `e`. */
export interface Where {
  /** Each finds all that meet the condition, those that are tried first in front. */
  finders: Finder[]
  /** The condition, as the planner likes it. */
  planned(): string
  /** The condition, tested row by row: nothing in it is read as a whole or joined, and so the order of rows stays. */
  tested(): string
}

export const compileWhere = (compiler: Compiler, where: Condition | undefined): Where => {
  if (where === undefined) return { finders: [], planned: () => 'true', tested: () => 'true' }
  const parts = where.op === 'and' ? where.of : [where]
  const byRow: Compiler = { ...compiler, byRow: true }
  return {
    finders: parts.flatMap((part) => finderOf(compiler, part) ?? []).toSorted((a, b) => a.rank - b.rank),
    planned: () => compileCondition(compiler, 'e', where, true),
    // IS TRUE: of a condition alone the planner would make a join
    tested: () => parts.map((part) => `(${compileCondition(byRow, 'e', part, false)}) IS TRUE`).join(' AND '),
  }
}
