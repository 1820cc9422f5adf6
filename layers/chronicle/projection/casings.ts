/** Of each character of a name those that are the same in another case, in the order of their code points. */
export type Casings = readonly (readonly string[])[]

/** Characters of a name that `entities.name_key` has. */
const keyLength = 200

/** Of a name of any length; what comes after `name_key` is not looked at. */
export const casingsOf = (name: string): Casings => [...name].slice(0, keyLength).map(casesOf)

const casesOf = (character: string): string[] => {
  const [lower, upper] = [character.toLowerCase(), character.toUpperCase()]
  const all = [character, lower, upper, lower.toUpperCase(), upper.toLowerCase()]
  // ß is SS in capitals: what is no single character stands for itself alone
  return [...new Set(all.filter((each) => [...each].length === 1))].sort((a, b) => codeOf(a) - codeOf(b))
}

const codeOf = (character: string): number => character.codePointAt(0)!

/** The least of all ways to write the name, in the order of code points (COLLATE "C"). */
export const firstCasing = (casings: Casings): string => restFrom(casings, 0)

const restFrom = (casings: Casings, at: number): string =>
  casings
    .slice(at)
    .map(([least]) => least!)
    .join('')

export const isCasing = (casings: Casings, key: string): boolean => {
  const characters = [...key]
  return characters.length === casings.length && commonLength(casings, characters) === casings.length
}

/** The least way to write the name that comes after a key, whatever that is; undefined where there is none. */
export const nextCasing = (casings: Casings, key: string): string | undefined => {
  const characters = [...key]
  const common = commonLength(casings, characters)
  if (common === characters.length && common < casings.length) return key + restFrom(casings, common)
  for (let at = Math.min(common, casings.length - 1); at >= 0; at--) {
    const greater = casings[at]!.find((each) => codeOf(each) > codeOf(characters[at]!))
    if (greater !== undefined) return characters.slice(0, at).join('') + greater + restFrom(casings, at + 1)
  }
  return undefined
}

const commonLength = (casings: Casings, characters: readonly string[]): number => {
  const different = casings.findIndex((cases, at) => !cases.includes(characters[at]!))
  return different === -1 ? casings.length : different
}
