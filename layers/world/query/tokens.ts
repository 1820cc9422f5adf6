import { createToken, Lexer, type TokenType } from 'chevrotain'

/** Words of the language may also be names: after a dot, and as the type of a relationship. */
export const Word = createToken({ name: 'Word', label: 'a name', pattern: Lexer.NA })
export const Identifier = createToken({
  name: 'Identifier',
  label: 'a name',
  pattern: /[A-Za-z_][A-Za-z0-9_]*/,
  categories: Word,
})

const keyword = (word: string): TokenType =>
  createToken({ name: word, label: `'${word}'`, pattern: word, longer_alt: Identifier, categories: Word })

export const keywords = {
  and: keyword('and'),
  or: keyword('or'),
  not: keyword('not'),
  between: keyword('between'),
  in: keyword('in'),
  exists: keyword('exists'),
  contains: keyword('contains'),
  has: keyword('has'),
  tag: keyword('tag'),
  of: keyword('of'),
  min: keyword('min'),
  max: keyword('max'),
  under: keyword('under'),
  above: keyword('above'),
  depth: keyword('depth'),
  box: keyword('box'),
  sphere: keyword('sphere'),
  near: keyword('near'),
  within: keyword('within'),
  select: keyword('select'),
  sort: keyword('sort'),
  group: keyword('group'),
  by: keyword('by'),
  asc: keyword('asc'),
  desc: keyword('desc'),
  count: keyword('count'),
  limit: keyword('limit'),
  true: keyword('true'),
  false: keyword('false'),
  null: keyword('null'),
}

const symbol = (name: string, text: string): TokenType =>
  createToken({ name, label: `'${text}'`, pattern: text })

export const Comparison = createToken({ name: 'Comparison', label: 'a comparison', pattern: Lexer.NA })
const comparison = (name: string, text: string): TokenType =>
  createToken({ name, label: `'${text}'`, pattern: text, categories: Comparison })

export const Text = createToken({
  name: 'Text',
  label: 'a text in double quotes',
  // as of JSON
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON has them escaped only
  pattern: /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/,
  line_breaks: false,
})
export const NumberToken = createToken({
  name: 'Number',
  label: 'a number',
  pattern: /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/,
})
export const OutArrow = symbol('OutArrow', '->')
/** `x<-5` compares with −5: no name begins with a digit. */
export const InArrow = createToken({
  name: 'InArrow',
  label: "'<-'",
  pattern: /<-(?=[\t\n\r ]*[A-Za-z_"*])/,
  start_chars_hint: ['<'],
  line_breaks: false,
})
export const LeftParenthesis = symbol('LeftParenthesis', '(')
export const RightParenthesis = symbol('RightParenthesis', ')')
export const LeftBrace = symbol('LeftBrace', '{')
export const RightBrace = symbol('RightBrace', '}')
export const LeftBracket = symbol('LeftBracket', '[')
export const RightBracket = symbol('RightBracket', ']')
export const Comma = symbol('Comma', ',')
export const Colon = symbol('Colon', ':')
export const Dot = symbol('Dot', '.')
export const Star = symbol('Star', '*')
export const Tilde = symbol('Tilde', '~')
const notEqual = comparison('NotEqual', '!=')
export const Bang = symbol('Bang', '!')

const space = createToken({ name: 'Space', pattern: /[\t\n\r ]+/, group: Lexer.SKIPPED, line_breaks: true })

/** In the order in which they are tried. */
export const allTokens: TokenType[] = [
  space,
  Text,
  OutArrow,
  InArrow,
  NumberToken,
  comparison('LessOrEqual', '<='),
  comparison('Less', '<'),
  comparison('GreaterOrEqual', '>='),
  comparison('Greater', '>'),
  notEqual,
  comparison('Equal', '='),
  Bang,
  ...[LeftParenthesis, RightParenthesis, LeftBrace, RightBrace, LeftBracket, RightBracket],
  ...[Comma, Colon, Dot, Star, Tilde],
  ...Object.values(keywords),
  Identifier,
  Word,
  Comparison,
]

export const lexer = new Lexer(allTokens, { ensureOptimizations: true })
