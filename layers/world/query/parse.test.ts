import { describe, expect, it } from 'vitest'
import { parseQuery } from './parse.ts'
import { printQuery } from './print.ts'
import { QueryError } from './query-error.ts'

const faultOf = (query: unknown): QueryError => {
  try {
    parseQuery(query)
  } catch (error) {
    if (error instanceof QueryError) return error
    throw error
  }
  throw new Error(`${JSON.stringify(query)} was taken`)
}

describe('text', () => {
  it('is the JSON form in other words', () => {
    const text = 'Position.x > 10 and (Health.current < 5 or !Health) and ->trusts(min 0.5) of "hero"'
    expect(parseQuery(text)).toEqual({
      where: {
        op: 'and',
        of: [
          { op: '>', path: 'Position.x', value: 10 },
          {
            op: 'or',
            of: [
              { op: '<', path: 'Health.current', value: 5 },
              { op: 'not', of: { op: 'has', component: 'Health' } },
            ],
          },
          { op: '->', type: 'trusts', min: 0.5, target: 'hero' },
        ],
      },
    })
  })

  it.each([
    ['', {}],
    ['count', { count: true }],
    ['Health count', { where: { op: 'has', component: 'Health' }, count: true }],
    ['group by Status.state count limit 3', { group: 'Status.state', limit: 3 }],
    [
      'select id, Inventory.items[0]."display name" sort by name, Health.current desc limit 5',
      {
        select: ['id', 'Inventory.items[0]."display name"'],
        sort: [
          { by: 'name', direction: 'asc' },
          { by: 'Health.current', direction: 'desc' },
        ],
        limit: 5,
      },
    ],
  ])('%s', (text, query) => {
    expect(parseQuery(text)).toEqual(query)
  })

  it.each([
    ['x<-5 compares with -5', 'Position.x<-5', { op: '<', path: 'Position.x', value: -5 }],
    [
      'and binds closer than or',
      'A or B and C',
      {
        op: 'or',
        of: [
          { op: 'has', component: 'A' },
          {
            op: 'and',
            of: [
              { op: 'has', component: 'B' },
              { op: 'has', component: 'C' },
            ],
          },
        ],
      },
    ],
    [
      'not binds closer than and',
      'not A and B',
      {
        op: 'and',
        of: [
          { op: 'not', of: { op: 'has', component: 'A' } },
          { op: 'has', component: 'B' },
        ],
      },
    ],
    [
      'words of the language are names after a dot',
      'Extra.count = 1',
      { op: '=', path: 'Extra.count', value: 1 },
    ],
    ['and types of relationships', '->near of "x"', { op: '->', type: 'near', target: 'x' }],
    [
      'any relationship',
      '<-*{2} of (Health)',
      { op: '<-', steps: [2, 2], target: { where: { op: 'has', component: 'Health' } } },
    ],
    ['between', 'Health.current between 1 and 2', { op: 'between', path: 'Health.current', low: 1, high: 2 }],
    ['a quoted word is the word', 'Extra."a" = null', { op: '=', path: 'Extra.a', value: null }],
    ['escapes as in JSON', 'name = "\\u00e9\\n\\"" ', { op: '=', path: 'name', value: 'é\n"' }],
    [
      'JSON',
      'Extra contains {"a": [1, {"b": null}], "__proto__": 1}',
      { op: 'contains', path: 'Extra', value: JSON.parse('{"a": [1, {"b": null}], "__proto__": 1}') },
    ],
    ['space', 'in sphere(1, 2, 3, 4.5)', { op: 'sphere', center: [1, 2, 3], radius: 4.5 }],
  ])('%s', (_, text, where) => {
    const query = parseQuery(text)
    expect(query).toEqual({ where })
    expect(parseQuery(printQuery(query))).toEqual(query)
  })
})

describe('errors of a text', () => {
  it.each([
    ['Health and', 1, 11, /expected .* the query ends here/],
    ['Health\nand name ~ 5', 2, 12, 'expected a text in double quotes, found 5'],
    ['Health @', 1, 8, /"@" is no part/],
    ["name = 'x'", 1, 8, /double quotes/],
    ['name = "x', 1, 8, /double quotes must end/],
    ['Health.current', 1, 1, /exists Health.current/],
    ['A or\n\n  wavelength = 1', 3, 3, /begin with a component type/],
    ['A and activity = "x"', 1, 7, /compared with a number/],
    ['A and depth = 9', 1, 7, /at most 8/],
    ['->trusts{1,9} of "x"', 1, 1, /at most 8/],
    ['->trusts{2} ', 1, 1, /needs a target/],
    ['->trusts(min 2, max 1)', 1, 1, /not be below min/],
    ['in box(1,2,3)', 1, 1, /\[x, y, z\]/],
    ['in box(1,2,3,0,0,0)', 1, 1, /not be below min/],
    ['limit 1001', 1, 7, /at most 1000/],
    ['Health limit 0', 1, 14, /at least 1/],
    ['Health\n limit 1.5', 2, 8, /whole number/],
    ['Health count limit 5', 1, 20, /does not go with count/],
    ['select id, wavelength', 1, 12, /begin with a component type/],
    ['select id count', 1, 8, /does not go with count/],
    ['count sort by id', 1, 15, /does not go with count/],
    ['Health group by\nHealth count', 2, 1, /whole component/],
    ['Health sort by name, tags desc', 1, 22, /has tag/],
    ['Health.current < 5 sort by Health.current, Health', 1, 44, /whole component/],
    ['Relationships', 1, 1, /no component: ->\*/],
    ['Health and !Relationships.trusts = 1', 1, 13, /no component: ->\*/],
    ['select Relationships', 1, 8, /no component: ->\*/],
    ['limit 1 limit 2', 1, 9, /or the end, found limit/],
    ['Health.current < true', 1, 1, /number or a text/],
    ['Health = 1', 1, 1, /whole component/],
    ['tags = "x"', 1, 1, /has tag/],
    ['Health.x = 1e999', 1, 1, /must be a number/],
    ['Extra.a contains "\\u0000"', 1, 1, /U\+0000/],
    ['Position.w > 1', 1, 1, /fields x, y, z/],
    ['Health in ()', 1, 12, /expected/],
    [`Health.x in (${Array(101).fill('1').join()})`, 1, 1, /at most 100 values/],
    [Array(201).fill('A').join(' and '), 1, 1, /200 conditions/],
    ['('.repeat(49), 1, 49, /nested deeper than 48/],
    ['!'.repeat(49), 1, 49, /48 negations/],
    [`${'!'.repeat(24)}A`, 1, 25, /nested deeper than 24/],
    [' '.repeat(16 * 1024 + 1), 1, 1, /16384 bytes/],
  ])('%.60s', (text, line, column, message) => {
    const fault = faultOf(text)
    expect(fault.position).toEqual({ line, column })
    expect(fault.message).toMatch(message)
  })
})

describe('errors of JSON', () => {
  it.each([
    [5, ''],
    [null, ''],
    [[], ''],
    [{ were: {} }, 'were'],
    [{ where: { op: 'like' } }, 'where.op'],
    [
      {
        where: {
          op: 'or',
          of: [
            { op: 'has', component: 'A' },
            { op: '=', path: 'A.b' },
          ],
        },
      },
      'where.of[1].value',
    ],
    [
      { where: { op: 'not', of: { op: '->', target: { where: { op: 'tag' } } } } },
      'where.of.target.where.tag',
    ],
    [{ where: { op: 'has', component: 'A', x: 1 } }, 'where.x'],
    [{ where: { op: '=', path: 'a b', value: 1 } }, 'where.path'],
    [{ where: { op: '=', path: 'A.b"; DROP TABLE entities; --', value: 1 } }, 'where.path'],
    [{ sort: [{ by: 'A.b', direction: 'up' }] }, 'sort[0].direction'],
    [{ select: ['id', 'nothing'] }, 'select[1]'],
    [{ where: { op: 'has', component: 'Relationships' } }, 'where.component'],
    [{ limit: 0 }, 'limit'],
  ])('%j', (query, field) => {
    const fault = faultOf(query)
    expect(fault.field).toBe(field)
    expect(fault.position).toBeUndefined()
  })

  it('nested without end, or of a million values, ends in an error', () => {
    let nested: unknown = { op: 'has', component: 'A' }
    for (let depth = 0; depth < 200_000; depth++) nested = { op: 'not', of: nested }
    expect(faultOf({ where: nested }).message).toMatch(/nested/)
    const many = { op: 'in', path: 'A.b', values: Array(1_000_000).fill(1) }
    expect(faultOf({ where: many }).message).toMatch(/20000 JSON values/)
  })

  it('writes a path in one way', () => {
    expect(parseQuery({ select: ['Extra."a"."b c"[0]'] })).toEqual({ select: ['Extra.a."b c"[0]'] })
  })
})
