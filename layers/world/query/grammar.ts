import { EmbeddedActionsParser, type IOrAlt, type IToken } from 'chevrotain'
import type { Json } from '../event.ts'
import type { Condition, Query, Scalar, SortKey, Steps, Target } from './ast.ts'
import { messages } from './messages.ts'
import { type Path, printPath } from './path.ts'
import {
  allTokens,
  Bang,
  Colon,
  Comma,
  Comparison,
  Dot,
  Identifier,
  InArrow,
  keywords,
  LeftBrace,
  LeftBracket,
  LeftParenthesis,
  NumberToken,
  OutArrow,
  RightBrace,
  RightBracket,
  RightParenthesis,
  Star,
  Text,
  Tilde,
  Word,
} from './tokens.ts'

const k = keywords

/**
 * The grammar, LL(2). Chevrotain: kept since 2015, no dependencies of others, no generated files, errors with the token and what
 * was expected; 106 KB of a bundle. It wants a class; there is one instance (parse-text.ts). What it makes has the shape of
 * the JSON form, and is validated as that: a text can say nothing that JSON cannot.
 */
export class QueryParser extends EmbeddedActionsParser {
  /** Of the text that is parsed. */
  source = ''
  /** Where each condition and sort key began. */
  starts = new Map<object, IToken>()
  /** Where the values of clauses began, by the field of the JSON form: `limit`, `select[0]`. */
  clauses = new Map<string, IToken>()

  constructor() {
    super(allTokens, { maxLookahead: 2, errorMessageProvider: messages, recoveryEnabled: false })
    this.performSelfAnalysis()
  }

  private placed<T extends object>(start: IToken, value: T): T {
    this.ACTION(() => this.starts.set(start === undefined ? {} : value, start))
    return value
  }

  private clause(field: string): void {
    const start = this.LA(1)
    this.ACTION(() => this.clauses.set(field, start))
  }

  private text(): string {
    const token = this.CONSUME(Text)
    return this.ACTION(() => JSON.parse(token.image) as string)
  }

  query = this.RULE('query', (): Query => {
    const query: Query = {}
    this.OPTION(() => {
      query.where = this.SUBRULE(this.condition)
    })
    this.OPTION1(() => {
      query.select = this.SUBRULE(this.paths)
    })
    this.OPTION2(() =>
      this.OR([
        {
          ALT: () => {
            this.clause('count')
            this.CONSUME(k.count)
            query.count = true
          },
        },
        {
          ALT: () => {
            this.CONSUME(k.group)
            this.CONSUME(k.by)
            this.clause('group')
            query.group = this.SUBRULE(this.path)
            this.CONSUME1(k.count)
          },
        },
      ]),
    )
    this.OPTION3(() => {
      query.sort = this.SUBRULE(this.sortKeys)
    })
    this.OPTION4(() => {
      this.CONSUME(k.limit)
      this.clause('limit')
      query.limit = this.SUBRULE(this.number)
    })
    return query
  })

  private paths = this.RULE('paths', (): string[] => {
    const paths: string[] = []
    this.CONSUME(k.select)
    this.clause('select')
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        this.clause(`select[${paths.length}]`)
        paths.push(this.SUBRULE(this.path))
      },
    })
    return paths
  })

  private sortKeys = this.RULE('sortKeys', (): SortKey[] => {
    const keys: SortKey[] = []
    this.CONSUME(k.sort)
    this.CONSUME(k.by)
    this.clause('sort')
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        const start = this.LA(1)
        const key: SortKey = { by: this.SUBRULE(this.path), direction: 'asc' }
        this.OPTION(() =>
          this.OR([
            { ALT: () => this.CONSUME(k.asc) },
            {
              ALT: () => {
                this.CONSUME(k.desc)
                key.direction = 'desc'
              },
            },
          ]),
        )
        keys.push(this.placed(start, key))
      },
    })
    return keys
  })

  private condition = this.RULE('condition', (): Condition => {
    const start = this.LA(1)
    const of: Condition[] = []
    this.AT_LEAST_ONE_SEP({ SEP: k.or, DEF: () => of.push(this.SUBRULE(this.conjunction)) })
    return of.length > 1 ? this.placed(start, { op: 'or', of }) : of[0]!
  })

  private conjunction = this.RULE('conjunction', (): Condition => {
    const start = this.LA(1)
    const of: Condition[] = []
    this.AT_LEAST_ONE_SEP({ SEP: k.and, DEF: () => of.push(this.SUBRULE(this.negation)) })
    return of.length > 1 ? this.placed(start, { op: 'and', of }) : of[0]!
  })

  private negation = this.RULE('negation', (): Condition => {
    const start = this.LA(1)
    return this.OR<IOrAlt<Condition>[]>([
      {
        ALT: () => {
          this.OR1([{ ALT: () => this.CONSUME(Bang) }, { ALT: () => this.CONSUME(k.not) }])
          return this.placed(start, { op: 'not', of: this.SUBRULE(this.negation) })
        },
      },
      {
        ALT: () => {
          this.CONSUME(LeftParenthesis)
          const condition = this.SUBRULE(this.condition)
          this.CONSUME(RightParenthesis)
          return condition
        },
      },
      { ALT: () => this.placed(start, this.SUBRULE(this.primary)) },
    ])
  })

  private primary = this.RULE(
    'primary',
    (): Condition =>
      this.OR<IOrAlt<Condition>[]>([
        { ALT: () => this.SUBRULE(this.edge) },
        { ALT: () => this.SUBRULE(this.onPath) },
        { ALT: () => this.SUBRULE(this.hierarchy) },
        { ALT: () => this.SUBRULE(this.space) },
        {
          ALT: () => {
            this.CONSUME(k.has)
            this.CONSUME(k.tag)
            return { op: 'tag', tag: this.text() }
          },
        },
        {
          ALT: () => {
            this.CONSUME(k.exists)
            return { op: 'exists', path: this.SUBRULE1(this.path) }
          },
        },
        {
          ALT: () => {
            this.CONSUME(k.depth)
            const is = this.CONSUME(Comparison).image as '='
            return { op: 'depth', is, value: this.SUBRULE(this.number) }
          },
        },
      ]),
  )

  private onPath = this.RULE('onPath', (): Condition => {
    const path = this.SUBRULE(this.path)
    return this.OR<IOrAlt<Condition>[]>([
      {
        ALT: () => {
          const op = this.CONSUME(Comparison).image as '='
          return { op, path, value: this.SUBRULE(this.scalar) }
        },
      },
      {
        ALT: () => {
          const values: Scalar[] = []
          this.CONSUME(k.in)
          this.CONSUME(LeftParenthesis)
          this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => values.push(this.SUBRULE1(this.scalar)) })
          this.CONSUME(RightParenthesis)
          return { op: 'in', path, values }
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.between)
          const low = this.SUBRULE2(this.scalar) as number
          this.CONSUME(k.and)
          return { op: 'between', path, low, high: this.SUBRULE3(this.scalar) as number }
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.contains)
          return { op: 'contains', path, value: this.SUBRULE(this.json) }
        },
      },
      {
        ALT: () => {
          this.CONSUME(Tilde)
          return { op: '~', path, text: this.text() }
        },
      },
      // nothing more: a component that is there; the schema refuses a longer path
      { ALT: () => ({ op: 'has', component: path }) },
    ])
  })

  private path = this.RULE('path', (): string => {
    const path: Path = { root: this.CONSUME(Identifier).image, steps: [] }
    this.MANY(() =>
      this.OR([
        {
          ALT: () => {
            this.CONSUME(Dot)
            this.OR1([
              { ALT: () => path.steps.push(this.CONSUME(Word).image) },
              { ALT: () => path.steps.push(this.text()) },
            ])
          },
        },
        {
          ALT: () => {
            this.CONSUME(LeftBracket)
            path.steps.push(this.SUBRULE(this.number))
            this.CONSUME(RightBracket)
          },
        },
      ]),
    )
    return this.ACTION(() => printPath(path))
  })

  private edge = this.RULE('edge', (): Condition => {
    const op = this.OR([{ ALT: () => this.CONSUME(OutArrow) }, { ALT: () => this.CONSUME(InArrow) }])
      .image as '->'
    const edge: Extract<Condition, { op: '->' | '<-' }> = { op }
    this.OR1([
      {
        ALT: () => {
          edge.type = this.CONSUME(Word).image
        },
      },
      {
        ALT: () => {
          edge.type = this.text()
        },
      },
      { ALT: () => this.CONSUME(Star) },
    ])
    this.OPTION(() => {
      this.CONSUME(LeftParenthesis)
      this.AT_LEAST_ONE_SEP({
        SEP: Comma,
        DEF: () => {
          const bound = this.OR2([
            { ALT: () => this.CONSUME(k.min) },
            { ALT: () => this.CONSUME(k.max) },
          ]).image
          edge[bound === 'min' ? 'min' : 'max'] = this.SUBRULE(this.number)
        },
      })
      this.CONSUME(RightParenthesis)
    })
    this.OPTION1(() => {
      edge.steps = this.SUBRULE(this.steps)
    })
    this.OPTION2(() => {
      this.CONSUME(k.of)
      edge.target = this.SUBRULE(this.target)
    })
    return edge
  })

  private hierarchy = this.RULE('hierarchy', (): Condition => {
    const op = this.OR([{ ALT: () => this.CONSUME(k.under) }, { ALT: () => this.CONSUME(k.above) }])
      .image as 'under'
    const steps = this.OPTION(() => this.SUBRULE(this.steps))
    const target = this.SUBRULE(this.target)
    return steps === undefined ? { op, target } : { op, steps, target }
  })

  private steps = this.RULE('steps', (): Steps => {
    this.CONSUME(LeftBrace)
    const from = this.SUBRULE(this.number)
    let to = from
    this.OPTION(() => {
      this.CONSUME(Comma)
      to = this.SUBRULE1(this.number)
    })
    this.CONSUME(RightBrace)
    return [from, to]
  })

  private target = this.RULE(
    'target',
    (): Target =>
      this.OR<IOrAlt<Target>[]>([
        { ALT: () => this.text() },
        {
          ALT: () => {
            this.CONSUME(LeftParenthesis)
            const where = this.SUBRULE(this.condition)
            this.CONSUME(RightParenthesis)
            return { where }
          },
        },
      ]),
  )

  private space = this.RULE(
    'space',
    (): Condition =>
      this.OR<IOrAlt<Condition>[]>([
        {
          ALT: () => {
            this.CONSUME(k.in)
            const shape = this.OR1([
              { ALT: () => this.CONSUME(k.box) },
              { ALT: () => this.CONSUME(k.sphere) },
            ]).image
            this.CONSUME(LeftParenthesis)
            const n: number[] = []
            this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => n.push(this.SUBRULE(this.number)) })
            this.CONSUME(RightParenthesis)
            // a number too many is one element too many, and the schema says so
            if (shape === 'box') {
              const [min, max] = [n.slice(0, 3), n.slice(3)] as [
                [number, number, number],
                [number, number, number],
              ]
              return { op: 'box', min, max }
            }
            const center = [...n.slice(0, 3), ...n.slice(4)] as [number, number, number]
            return { op: 'sphere', center, radius: n[3]! }
          },
        },
        {
          ALT: () => {
            this.CONSUME(k.near)
            const entity = this.text()
            this.CONSUME(k.within)
            return { op: 'near', entity, within: this.SUBRULE2(this.number) }
          },
        },
      ]),
  )

  private number = this.RULE('number', (): number => {
    const token = this.CONSUME(NumberToken)
    return this.ACTION(() => Number(token.image))
  })

  private scalar = this.RULE(
    'scalar',
    (): Scalar =>
      this.OR<IOrAlt<Scalar>[]>([
        { ALT: () => this.SUBRULE(this.number) },
        { ALT: () => this.text() },
        {
          ALT: () => {
            this.CONSUME(k.true)
            return true
          },
        },
        {
          ALT: () => {
            this.CONSUME(k.false)
            return false
          },
        },
        {
          ALT: () => {
            this.CONSUME(k.null)
            return null
          },
        },
      ]),
  )

  // its tokens are those of JSON, and so is the text between the first and the last one
  private json = this.RULE('json', (): Json => {
    const first = this.LA(1)
    this.SUBRULE(this.jsonValue)
    return this.ACTION(
      () => JSON.parse(this.source.slice(first.startOffset, this.LA(0).endOffset! + 1)) as Json,
    )
  })

  private jsonValue = this.RULE('jsonValue', (): void => {
    this.OR([
      { ALT: () => this.SUBRULE(this.scalar) },
      {
        ALT: () => {
          this.CONSUME(LeftBracket)
          this.MANY_SEP({ SEP: Comma, DEF: () => this.SUBRULE(this.jsonValue) })
          this.CONSUME(RightBracket)
        },
      },
      {
        ALT: () => {
          this.CONSUME(LeftBrace)
          this.MANY_SEP1({
            SEP: Comma,
            DEF: () => {
              this.text()
              this.CONSUME(Colon)
              this.SUBRULE1(this.jsonValue)
            },
          })
          this.CONSUME(RightBrace)
        },
      },
    ])
  })
}
