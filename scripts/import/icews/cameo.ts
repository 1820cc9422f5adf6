import { readFileSync } from 'node:fs'

/** A class of events of CAMEO (Conflict and Mediation Event Observations). */
export interface CameoClass {
  /** Three or four digits; the first two are those of its root. */
  code: string
  /** As ICEWS calls it: `Make a visit`. */
  name: string
  /** -10 (conflict) to 10 (cooperation). */
  goldstein: number
  /** The name of its root: `consult`. */
  root: string
  /** 1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict. */
  quadClass: 1 | 2 | 3 | 4
  /** What was done, with ~ for the target: `made a visit to ~`. */
  sentence: string
}

const roots = [
  ...['make public statement', 'appeal', 'express intent to cooperate', 'consult'],
  ...['engage in diplomatic cooperation', 'engage in material cooperation', 'provide aid', 'yield'],
  ...['investigate', 'demand', 'disapprove', 'reject', 'threaten', 'protest', 'exhibit force posture'],
  ...['reduce relations', 'coerce', 'assault', 'fight', 'use unconventional mass violence'],
]

export const quadClassNames = {
  1: 'verbal cooperation',
  2: 'material cooperation',
  3: 'verbal conflict',
  4: 'material conflict',
} as const

/** As GDELT and the R package icews group the roots. */
const quadClassOf = (root: number): CameoClass['quadClass'] =>
  root <= 5 ? 1 : root <= 8 ? 2 : root <= 13 ? 3 : 4

const parseClass = (line: string): CameoClass => {
  const [code = '', goldstein = '', name = '', sentence = ''] = line.split('\t')
  const root = Number(code.slice(0, 2))
  const about = { code, name, sentence, goldstein: Number(goldstein) }
  return { ...about, root: roots[root - 1]!, quadClass: quadClassOf(root) }
}

/**
 * Every class below the 20 roots, in order of code. The names and the values are those that ICEWS publishes
 * with its data (Harvard Dataverse, doi:10.7910/DVN/28075), as the R package icews (github.com/andybega/icews)
 * has them in data-raw/cameo-codes.csv: Goldstein's scale (A Conflict-Cooperation Scale for WEIS Events Data,
 * Journal of Conflict Resolution 36, 1992) carried over to CAMEO. They were compared with GDELT's
 * CAMEO.goldsteinscale.txt; docs/chronicle-icews.md names the four classes that differ. The sentences are
 * Orrery's own.
 */
export const cameoClasses: readonly CameoClass[] = readFileSync(
  new URL('./cameo-goldstein.tsv', import.meta.url),
  'utf8',
)
  .trimEnd()
  .split('\n')
  .map(parseClass)

/** Spaces, dashes, brackets, commas and case do not count. */
const normalName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

const classesByName = new Map(cameoClasses.map((cameo) => [normalName(cameo.name), cameo]))

export const findCameoClass = (name: string): CameoClass | undefined => classesByName.get(normalName(name))

/** The verb of an event: `Make a visit` is `make-a-visit`. */
export const verbOf = ({ name }: CameoClass): string => normalName(name).replaceAll(' ', '-')
