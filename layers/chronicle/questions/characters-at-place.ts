import { compareText } from '../projection/story-order.ts'
import { questionLimits } from './limits.ts'
import type { Edge, EntityState, QuestionSource } from './source.ts'
import { type Standing, standingOf } from './standing.ts'

export interface CharactersAtPlaceAsked {
  /** Id of the place. */
  place: string
  /** Who is trusted, or trusts. */
  of: string
  /** toward: characters who trust `of`; from: characters whom `of` trusts. */
  direction: 'toward' | 'from'
  /** Of the relationship. */
  type: string
  /** Strengths above it count. */
  over: number
  /** Of the characters; undefined: any. */
  classType?: string | undefined
  /** Units; also who stands so near to the place counts. Undefined: who is said to be there only. */
  radius?: number | undefined
  limit: number
}

const locatedTypes = ['located_in', 'located-in']

/** Strongest first, then by id. */
export const charactersAtPlace = async (source: QuestionSource, asked: CharactersAtPlaceAsked) => {
  const { place, of, direction, type, over, classType, radius, limit } = asked
  const { edges: most } = questionLimits
  const edges = (await source.edges({ ends: [of], type, minStrength: over, limit: most })).filter(
    ({ sourceId, targetId, strength }) =>
      strength > over &&
      (direction === 'toward' ? targetId === of : sourceId === of) &&
      sourceId !== targetId,
  )
  const ids = edges.map((edge) => otherEnd(edge, of))
  const entities = await source.entities([...ids, place])
  const located = new Set<string>()
  for (const located_in of locatedTypes)
    for (const edge of await source.edges({ ends: [place], type: located_in, limit: most }))
      if (edge.targetId === place) located.add(edge.sourceId)
  const center = radius === undefined ? null : (entities.get(place)?.position ?? null)
  const isThere = (entity: EntityState): boolean =>
    entity.components.Location?.placeId === place ||
    located.has(entity.id) ||
    (center !== null && entity.position !== null && distance(entity.position, center) <= radius!)
  return edges
    .flatMap((edge): (Standing & { strength: number })[] => {
      const entity = entities.get(otherEnd(edge, of))
      if (entity === undefined || entity.id === place || !isThere(entity)) return []
      if (classType !== undefined && entity.classType.toLowerCase() !== classType.toLowerCase()) return []
      return [{ ...standingOf(entity), strength: edge.strength }]
    })
    .sort((a, b) => b.strength - a.strength || compareText(a.id, b.id))
    .slice(0, limit)
}

const otherEnd = ({ sourceId, targetId }: Edge, of: string) => (sourceId === of ? targetId : sourceId)

const distance = (a: readonly number[], b: readonly number[]): number =>
  Math.sqrt((a[0]! - b[0]!) ** 2 + (a[1]! - b[1]!) ** 2 + (a[2]! - b[2]!) ** 2)
