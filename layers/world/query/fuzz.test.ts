import fc from 'fast-check'
import { expect, it } from 'vitest'
import { query } from '../../../test/support/random-queries.ts'
import type { Query } from './ast.ts'
import { compileCount, compileGroups } from './compile/aggregate.ts'
import { createCompiler } from './compile/compiler.ts'
import { compilePage } from './compile/page.ts'
import { parseQuery } from './parse.ts'
import { printQuery } from './print.ts'
import { QueryError } from './query-error.ts'
import { allTokens } from './tokens.ts'

const parsed = (text: unknown): Query | undefined => {
  try {
    return parseQuery(text)
  } catch (error) {
    if (error instanceof QueryError) return undefined
    throw error
  }
}

const lawsHold = (text: unknown): void => {
  const found = parsed(text)
  if (found !== undefined) expect(parseQuery(printQuery(found))).toEqual(found)
}

it('what is printed is parsed to the same query', () => {
  fc.assert(
    fc.property(query, (asked) => {
      expect(parseQuery(printQuery(asked))).toEqual(parseQuery(asked))
    }),
    { numRuns: 2_000 },
  )
})

it('any text is a query or a query error', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), lawsHold), { numRuns: 3_000 })
  const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array).toString('latin1'))
  fc.assert(fc.property(bytes, lawsHold), { numRuns: 2_000 })
})

it('so is any row of words of the language', () => {
  const words = allTokens.flatMap(({ PATTERN }) => (typeof PATTERN === 'string' ? [PATTERN] : []))
  const word = fc.constantFrom(...words, 'Health', 'name', '"x"', '1', '-2.5e3', '"', "'", '<-', '\n')
  fc.assert(
    fc.property(fc.array(word, { maxLength: 40 }), (row) => lawsHold(row.join(' '))),
    { numRuns: 5_000 },
  )
})

it('and a query with a mistake in it', () => {
  const mistake = fc.tuple(
    query.map(printQuery),
    fc.nat(),
    fc.nat(3),
    fc.string({ unit: 'binary', maxLength: 3 }),
  )
  fc.assert(
    fc.property(mistake, ([text, n, length, instead]) => {
      const at = n % (text.length + 1)
      lawsHold(text.slice(0, at) + instead + text.slice(at + length))
    }),
    { numRuns: 5_000 },
  )
})

it('and any JSON', () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 6 }), lawsHold), { numRuns: 2_000 })
  const nearly = fc.tuple(
    query,
    fc.constantFrom('where', 'select', 'sort', 'limit', 'group', 'count'),
    fc.jsonValue(),
  )
  fc.assert(
    fc.property(nearly, ([asked, field, value]) => lawsHold({ ...asked, [field]: value })),
    { numRuns: 2_000 },
  )
})

it.each([
  '('.repeat(8_000),
  '!'.repeat(8_000),
  '[{"a":'.repeat(2_000),
  `Extra contains ${'['.repeat(8_000)}`,
  'A and '.repeat(2_700),
  `Extra${'[0]'.repeat(5_000)}`,
  `"${'\\'.repeat(8_001)}`,
  '-'.repeat(16_000),
  '1e'.repeat(8_000),
])('a long one ends soon: %.20s', (text) => {
  expect(parsed(text)).toBeUndefined()
})

// whatever a query says is a parameter: the statement's text is made of this project's own words
it('no text of a query becomes text of the statement', () => {
  const marks = [
    '"; DROP TABLE worlds; --',
    "' OR '1'='1",
    '$1',
    '$$;SELECT pg_sleep(9)$$',
    '/*',
    '\\',
    '{0}',
    "E'\\x'",
  ]
  const hostile = (mark: string): string => `hostile ${mark}`
  const quoted = (mark: string): string => JSON.stringify(hostile(mark))
  const hot = () => ({})
  for (const q of marks.map(quoted)) {
    const condition = [
      `name = ${q} or name ~ ${q} or Extra.${q} = ${q} or Extra.${q}[0] < ${q} or id in (${q}) or class between ${q} and ${q}`,
      `has tag ${q} and ->${q} of ${q} and <-${q}{1,3} of (name = ${q}) and under ${q} and near ${q} within 3`,
      `Extra.${q} contains {${q}: ${q}} and exists Extra.${q} and Extra.a contains [${q}]`,
    ]
    for (const where of condition) {
      for (const asOf of [null, 5]) {
        const page = parseQuery(
          `${where} select Extra.${q}, Extra.a.${q}[1] sort by Extra.${q} desc, Extra.${q}[0]`,
        )
        const group = parseQuery(`${where} group by Extra.${q} count`)
        const after = { keys: [hostile(q), null, 1, hostile(q)], id: hostile(q) }
        const texts = [
          compilePage(createCompiler('w', asOf, hot), page, 10, after).text,
          compileGroups(createCompiler('w', asOf, hot), group, 10).text,
          compileCount(createCompiler('w', asOf, hot), parseQuery(`${where} count`)).text,
        ]
        for (const text of texts) expect(text).not.toContain('hostile')
      }
    }
  }
})
