/** A name of ICEWS such as `Citizen (Thailand)`, apart. */
export interface SplitName {
  /** `Citizen` */
  head: string
  /** `Thailand`, most often a country. */
  inParentheses: string
}

/** Takes the last parenthesis apart where the name ends with it; those within it stay in it. */
export const splitParenthesis = (name: string): SplitName | undefined => {
  if (!name.endsWith(')')) return undefined
  let depth = 0
  for (let index = name.length - 1; index > 0; index--) {
    if (name[index] === ')') depth += 1
    else if (name[index] === '(' && --depth === 0) {
      const head = name.slice(0, index).trim()
      const inParentheses = name.slice(index + 1, -1).trim()
      return head === '' || inParentheses === '' ? undefined : { head, inParentheses }
    }
  }
  return undefined
}
