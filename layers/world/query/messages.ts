import { EOF, type IParserErrorMessageProvider, type IToken, type TokenType, tokenLabel } from 'chevrotain'

const shown = 12

const found = ({ tokenType, image }: IToken): string =>
  tokenType === EOF ? 'the query ends here' : `found ${image.length > 40 ? `${image.slice(0, 40)}…` : image}`

/** `a name, '(' or a number` */
const anyOf = (types: TokenType[]): string => {
  const labels = [...new Set(types.map((type) => (type === EOF ? 'the end' : tokenLabel(type))))]
  if (labels.length > shown) return `${labels.slice(0, shown).join(', ')} or another of the language`
  return labels.length === 1 ? labels[0]! : `${labels.slice(0, -1).join(', ')} or ${labels.at(-1)}`
}

/** Alternatives that agree in the first token differ in the second. */
const firstOf = (paths: TokenType[][][]): TokenType[] => paths.flat().flatMap((path) => path.slice(0, 1))

/** Says what stood there instead of what. */
export const messages: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, actual }) => `expected ${anyOf([expected])}, ${found(actual)}`,
  buildNotAllInputParsedMessage: ({ firstRedundant }) =>
    `expected 'and', 'or', a clause (select, count, group by, sort by, limit, in this order) or the end, ${found(firstRedundant)}`,
  buildNoViableAltMessage: ({ expectedPathsPerAlt, actual }) =>
    `expected ${anyOf(firstOf(expectedPathsPerAlt))}, ${found(actual[0]!)}`,
  buildEarlyExitMessage: ({ expectedIterationPaths, actual }) =>
    `expected ${anyOf(firstOf([expectedIterationPaths]))}, ${found(actual[0]!)}`,
}
