import { beforeAll, expect, it } from 'vitest'
import { type CityPlan, loadCities, planCities } from './cities.ts'

interface SentEntity {
  id: string
  class_type: string
  position: [number, number, number]
  parameters: { activity: number; population?: number }
}

let plan: CityPlan
const entities = new Map<string, SentEntity>()
const parents = new Map<string, string>()

beforeAll(async () => {
  plan = planCities(await loadCities())
  for (const { kind, json } of plan.items()) {
    const value = JSON.parse(json)
    if (kind === 'entity') entities.set(value.id, value)
    else {
      parents.set(value.target_id, value.source_id)
    }
  }
})

const pathOf = (id: string): string[] => {
  const parent = parents.get(id)
  return parent === undefined ? [id] : [...pathOf(parent), id]
}

it('is a tree below Earth: countries, divisions, cities', () => {
  expect(pathOf('city:2988507')).toEqual(['earth', 'country:FR', 'division:FR.11', 'city:2988507'])
  expect(entities.size).toBe(1 + plan.countries + plan.divisions + plan.cities)
  expect(parents.size).toBe(entities.size - 1)
  expect(plan.total).toBe(entities.size + parents.size)
  const dangling = [...parents].filter(([child, parent]) => !entities.has(child) || !entities.has(parent))
  expect(dangling).toEqual([])
})

it('lies on a sphere of 6371 km', () => {
  const off = [...entities.values()].filter(
    ({ id, position }) => Math.abs(Math.hypot(...position) - (id === 'earth' ? 0 : 6371)) > 1e-5,
  )
  expect(off).toEqual([])
  const [x, y, z] = entities.get('city:2988507')!.position
  expect((Math.asin(z / 6371) * 180) / Math.PI).toBeCloseTo(48.85341, 5)
  expect((Math.atan2(y, x) * 180) / Math.PI).toBeCloseTo(2.3488, 5)
})

it('gives cities the activity of their population, and the places around them none', () => {
  const wrong = [...entities.values()].filter(({ class_type, parameters: { activity, population = 0 } }) => {
    const expected = class_type === 'City' && population >= 1 ? Math.log10(population) / 8 : 0
    return activity !== expected
  })
  expect(wrong).toEqual([])
})

it('sends the same each time, and for a place the same whatever the limit is', async () => {
  const some = planCities(await loadCities(), 500)
  const again = planCities(await loadCities(), 500)
  expect([...some.items()]).toEqual([...again.items()])
  const sent = [...some.items()].filter(({ kind }) => kind === 'entity').map(({ json }) => JSON.parse(json))
  expect(sent).toEqual(sent.map(({ id }) => entities.get(id)))
  expect(some.cities).toBe(500)
})
