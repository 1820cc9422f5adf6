import type { Compiler } from './compiler.ts'
import type { Finder } from './finder.ts'

/** How a statement comes to the entities that it looks at, as common table expressions. */
export interface Search {
  /** Among them `driver` and `wide`, each with a column `id`: at least one of the two is empty. An id may be there twice. */
  tables: string[]
  /** Holds where `driver` has not the ids of all that meet the condition, nor the look the page. */
  isMany: string
  /** Holds where `wide` does not have them either. */
  isVast: string
}

/** Rows in the order of a page, looked at before anything is searched. */
export interface Look {
  /** The parameter of the page's length. */
  limit: string
  /** Of those that are among the first `rows` and meet the condition so many as the page has. */
  table(rows: number): string
}

/** What is chosen: the table of a finder by its place, one of these, or a wide table by its place after `wide`. */
const codes = { look: 100, more: 101, wide: 200, none: 300 } as const
const chosen = '(SELECT code FROM choice)'

/** A table, when it is chosen, and its code. */
interface Attempt {
  name: string
  ids: string
  when: string
  code: number
}

const countOf = (table: string): string => `(SELECT count(*) FROM ${table})`

/**
 * How many entities an index finds, the planner cannot know: of a tag, of a number that stands beside those of other types
 * in its column. So the statement looks: it asks each index for a few more than a few, the cheap ones first, and the
 * first that has no more drives it. Where each has more, the first drives that ends within the number up to which its ids
 * are gathered sooner than as many entities are walked past. A table is read when the choice comes to it, and no sooner.
 *
 * @param look comes after the cheap indexes and before the others
 */
export const compileSearch = (compiler: Compiler, finders: readonly Finder[], look?: Look): Search => {
  const fewest = compiler.parameter(compiler.reach.few + 1, 'int4')
  const narrow = finders.map((finder, n) => attempt(finder, `few${n}`, fewest, n))
  const cheap = finders.filter(({ rank }) => rank <= 2).length
  const wide = wideAttempts(compiler, finders)
  const attempts = [...narrow, ...wide]
  const cases = (of: readonly Attempt[]) => of.map(({ when, code }) => `WHEN ${when} THEN ${code}`)
  const choice = [
    ...cases(narrow.slice(0, cheap)),
    ...(look === undefined ? [] : lookCases(look)),
    ...cases([...narrow.slice(cheap), ...wide]),
  ]
  const tables = [
    ...attempts.map(({ name, ids }) => `${name} (id) AS MATERIALIZED (${ids})`),
    ...(look === undefined ? [] : lookTables(compiler, look)),
    `choice (code) AS MATERIALIZED (SELECT CASE ${choice.join(' ')} ELSE ${codes.none} END)`,
    `driver (id) AS MATERIALIZED (${unionOf(narrow)})`,
    `wide (id) AS MATERIALIZED (${unionOf(wide)})`,
  ]
  return { tables, isMany: `${chosen} >= ${codes.wide}`, isVast: `${chosen} = ${codes.none}` }
}

/** The same where no index is asked. */
export const compileLook = (compiler: Compiler, look: Look): Pick<Search, 'tables' | 'isVast'> => ({
  tables: [
    ...lookTables(compiler, look),
    `choice (code) AS MATERIALIZED (SELECT CASE ${lookCases(look).join(' ')} ELSE ${codes.none} END)`,
  ],
  isVast: `${chosen} = ${codes.none}`,
})

/** The page, where looking has filled it. */
export const lookArms = ['look', 'more'].map(
  (table) => `SELECT * FROM ${table} WHERE ${chosen} = ${codes[table as 'look']}`,
)

const lookTables = ({ reach }: Compiler, { table }: Look): string[] => [
  `look AS MATERIALIZED (${table(reach.look)})`,
  `more AS MATERIALIZED (${table(reach.more)})`,
]

const lookCases = ({ limit }: Look): string[] => [
  `WHEN ${countOf('look')} >= ${limit} THEN ${codes.look}`,
  `WHEN ${countOf('look')} * 10 >= ${limit} AND ${countOf('more')} >= ${limit} THEN ${codes.more}`,
]

const attempt = ({ ids }: Finder, name: string, limit: string, code: number): Attempt => ({
  ...{ name, code, ids: `${ids(limit)} LIMIT ${limit}`, when: `${countOf(name)} < ${limit}` },
})

const wideAttempts = (compiler: Compiler, finders: readonly Finder[]): Attempt[] =>
  [0, 1]
    .flatMap((turn) =>
      finders.flatMap((finder) =>
        finder.wide[turn] === undefined ? [] : [{ finder, most: finder.wide[turn] }],
      ),
    )
    .map(({ finder, most }, n) =>
      attempt(finder, `wide${n}`, compiler.parameter(most + 1, 'int4'), codes.wide + n),
    )

const nothing = `SELECT NULL::text COLLATE "C" WHERE false`

const unionOf = (attempts: readonly Attempt[]): string =>
  attempts.map(({ name, code }) => `SELECT id FROM ${name} WHERE ${chosen} = ${code}`).join(' UNION ALL ') ||
  nothing
