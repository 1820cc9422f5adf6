import { loadavg } from 'node:os'
import type pg from 'pg'
import { askWorld, sizeOf } from './ecs-ask.ts'
import { type Draw, drawOf } from './ecs-queries.ts'
import { type EcsWorld, entityId } from './ecs-world.ts'
import { atMost, type BenchResult, type Figure, figure } from './harness.ts'
import { repeatedP95, timeEach } from './percentile.ts'

/** What it is, and its text; `past`: as of a seq of the past. */
type Page = [string, (draw: Draw, world: EcsWorld) => string, 'past'?]

/** An index finds the entities, or their order: docs/query.md, Speed. */
const byIndex: Page[] = [
  ['everything', () => ''],
  ['Health', () => 'Health'],
  ['Health.current < a', (d) => `Health.current < ${1 + d.number(100)}`],
  ['Health.current > a, of none', (d) => `Health.current > ${101 + d.number(100)}`],
  [
    'Health.current < a and Inventory.gold > b',
    (d) => `Health.current < ${1 + d.number(10)} and Inventory.gold > ${900 + d.number(99)}`,
  ],
  ['Status.state = a', (d) => `Status.state = "${['alive', 'dead', 'lost', 'none'][d.number(4)]}"`],
  ['Location.placeId in (a, b)', (d) => `Location.placeId in ("${d.place()}", "${d.place()}")`],
  ['id = a or has tag a rare one', (d) => `id = "${d.someone()}" or has tag "tag${d.number(500)}"`],
  ['class = a', (d) => `class = "Class${d.number(20)}"`],
  ['has tag, 1 in 500', (d) => `has tag "tag${d.number(500)}"`],
  ['has tag, 1 in 10', () => 'has tag "common"'],
  ['name = a', (d) => `name = "Ada Fell ${d.number(1_000_000)}"`],
  ['name ~ a part, of few', (d) => `name ~ "thorne ${10 + d.number(90)}"`],
  ['name ~ a part, of many', () => 'name ~ "wood"'],
  ['Inventory.items contains a', (d) => `Inventory.items contains {"name":"thing ${d.number(4_096)}"}`],
  ['Parameters.note = a', (d) => `Parameters.note = "note ${d.number(10_000)}"`],
  ['->trusts of an entity', (d) => `->trusts of "${d.trusted()}"`],
  ['->trusts of the hub', (_, { hub }) => `->trusts of "${hub}"`],
  ['->trusts{1,3} of an entity', (d) => `->trusts{1,3} of "${d.trusted()}"`],
  ['<-trusts of an entity', (d) => `<-trusts of "${d.someone()}"`],
  ['->trusts', () => '->trusts'],
  ['under an entity', (d, { entities }) => `under "${entityId(1 + d.number(entities / 100))}"`],
  ['under the root', () => `under "${entityId(1)}"`],
  ['above an entity', (d, { entities }) => `above "${entityId(1 + d.number(entities / 2))}"`],
  ['in box, 1 in 1,000', (d) => boxAt(d, 1_000)],
  ['in box, 1 in 8', (d) => boxAt(d, 5_000)],
  ['in sphere', (d) => `in sphere(${[0, 0, 0].map(() => d.number(10_000)).join(', ')}, 500)`],
  ['near an entity', (d) => `near "${d.someone()}" within 500`],
  ['sort by Health.current desc', () => 'sort by Health.current desc'],
  ['sort by name', () => 'sort by name'],
  ['sort by Position.x desc', () => 'sort by Position.x desc'],
  [
    'Status.state = dead sort by Inventory.gold desc',
    () => 'Status.state = "dead" sort by Inventory.gold desc',
  ],
  ['has tag sort by Inventory.gold', (d) => `has tag "tag${d.number(500)}" sort by Inventory.gold`],
  ['class = a sort by name', (d) => `class = "Class${d.number(20)}" sort by name`],
  ['everything, as of a seq', () => '', 'past'],
  ['->trusts of an entity, as of a seq', (d) => `->trusts of "${d.trusted()}"`, 'past'],
]

const boxAt = (draw: Draw, edge: number): string => {
  const low = [0, 0, 0].map(() => draw.number(10_000 - edge))
  return `in box(${[...low, ...low.map((coordinate) => coordinate + edge)].join(', ')})`
}

/** Whatever answers these looks at every entity, or at most of them. */
const readsAll: Page[] = [
  ['count', () => 'count'],
  ['Health.current < 50 count', () => 'Health.current < 50 count'],
  ['group by Status.state', () => 'group by Status.state count'],
  ['group by class', () => 'group by class count'],
  ['sort by a cold field', () => 'sort by Parameters.rank desc'],
  ['sort by class', () => 'sort by class, Health.current'],
  ['a cold field, of none', () => 'Parameters.rank > 100000000'],
  ['!Health, of none', () => '!Health'],
  ['activity > a, of none', () => 'activity > 1000'],
  ['activity > a, of 1 in 100', () => 'activity > 0.5'],
  ['depth = 2', () => 'depth = 2'],
  ['->trusts of whoever is dead', () => '->trusts of (Status.state = "dead")'],
  ['a place, as of a seq', (d) => `Location.placeId = "${d.place()}"`, 'past'],
]

const runs = 20
const slowMs = 250
const verySlowMs = 2_000

/** The first page of queries of each kind, and by each order. */
export const benchPages = async (
  readers: pg.Pool,
  world: EcsWorld,
  log: (line: string) => void,
): Promise<BenchResult> => {
  const draw = drawOf(world, 3)
  const measured = async (kind: string, pages: Page[]): Promise<Figure[]> => {
    const figures: Figure[] = []
    for (const [name, text, when] of pages) {
      let answered = 0
      const asOf = when === 'past' ? world.entities + world.relationships : null
      const p95 = await p95Of(`${kind}: ${name}`, async () => {
        answered = sizeOf(await askWorld(readers, world, text(draw, world), asOf))
      })
      log(`  ${p95.name}: ${p95.median.toFixed(1)} ms, ${answered} rows, load ${loadavg()[0]!.toFixed(1)}`)
      figures.push(p95)
    }
    return figures
  }
  const pages = await measured('first page', byIndex)
  const worst = pages.reduce((worse, page) => (page.median > worse.median ? page : worse))
  const others = await measured('reads all', readsAll)
  const longest = Math.max(worst.median, ...others.map(({ median }) => median))
  return {
    figures: [...pages, ...others],
    goals: [
      atMost(`p95 of the worst ${worst.name}, ms`, worst.median, 150),
      atMost('the same, with what reads all, ms', longest, 150),
    ],
  }
}

/** Of five times twenty runs; of what is so slow that nobody would wait for that, five runs, or two. */
const p95Of = async (name: string, run: () => Promise<void>): Promise<Figure> => {
  const [first] = await timeEach(1, run)
  if (first! > verySlowMs) return figure(name, 'ms', await timeEach(2, run))
  const [second] = await timeEach(1, run)
  if (second! > slowMs) return figure(name, 'ms', await timeEach(5, run))
  return (await repeatedP95(name, runs, run)).p95
}
