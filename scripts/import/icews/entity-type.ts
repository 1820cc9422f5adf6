import { splitParenthesis } from './parentheses.ts'

export type IcewsEntityType = 'Country' | 'Organisation' | 'Group' | 'Person' | 'Actor'

/** What only a country (or a region that is spoken of like one) has in these data. */
const civicWords = ['Government', 'Head of Government', 'Citizen']

/** Have citizens in these data, and are no place. */
const noCountries = new Set(['International', 'Non-Governmental Organizations', 'Unidentified State Actor'])

/** Names that stand in the parentheses of others, and are entities themselves. */
export interface Qualifiers {
  /** Regions, such as Africa, among them. */
  countries: ReadonlySet<string>
  /** `Terrorist (Boko Haram)`: it has people, and no citizens. */
  organisations: ReadonlySet<string>
}

export const qualifiersOf = (names: Iterable<string>): Qualifiers => {
  const all = new Set(names)
  const countries = new Set<string>()
  const organisations = new Set<string>()
  for (const name of all) {
    const qualifier = splitParenthesis(name)?.inParentheses
    if (qualifier === undefined || !all.has(qualifier) || noCountries.has(qualifier)) continue
    const isCountry = civicWords.some((word) => all.has(`${word} (${qualifier})`))
    ;(isCountry ? countries : organisations).add(qualifier)
  }
  return { countries, organisations }
}

/** Head nouns of bodies: a party is one, a party member is not. */
const bodies = new Set(
  [
    'academy administration affairs agency airline alliance army assemblies assembly association authority',
    'bank board branch brigade bureau cabinet center centre chamber club coalition commission committee',
    'company confederation conference congress corp corporation corps council councils court courts',
    'delegation department directorate duma embassy exchange facility faction federation firm force forces',
    'foundation front fund government group guard house industry institute institution intelligence',
    'judiciary league legislature media military militia ministery ministry monastery movement navy naval',
    'network news newspaper office organization organizations parliament parties party police press radio rally secretariat',
    'senate service services society station system team times tribunal troops union unions university',
  ].flatMap((line) => line.split(' ')),
)

const preposition = /\s(?:of|for|to|in|on|against|without)\s/i

/** `Ministry of Tourism` is a ministry, `Justice Department/Ministery` too, `Government Official` an official. */
const isBody = (head: string): boolean => {
  const [subject = ''] = head.split(preposition)
  const words = subject.split(/[\s/,]+/)
  return bodies.has(words.at(-1)!.toLowerCase())
}

/**
 * The type of an entity, from its name: a country; an organisation; `X (Y)`, a body or a group of people of Y;
 * a body by its last noun; else a person where there are two words or more, and an actor of no known kind
 * where there is one.
 */
export const entityTypeOf = (name: string, { countries, organisations }: Qualifiers): IcewsEntityType => {
  if (countries.has(name)) return 'Country'
  if (name === 'Unspecified Actor' || noCountries.has(name)) return 'Actor'
  const { head = name } = splitParenthesis(name) ?? {}
  if (isBody(head) || organisations.has(name)) return 'Organisation'
  if (head !== name) return 'Group'
  return name.includes(' ') ? 'Person' : 'Actor'
}
