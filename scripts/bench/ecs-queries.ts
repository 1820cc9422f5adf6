import type pg from 'pg'
import { seeded } from './api-stage.ts'
import { askWorld, sizeOf } from './ecs-ask.ts'
import { type EcsWorld, entityId } from './ecs-world.ts'
import { atMost, type BenchResult, type Figure, figure } from './harness.ts'
import { repeatedP95 } from './percentile.ts'

const runs = 200
const runsOfEach = 40

/** Numbers and ids of a query, other ones each time. */
export interface Draw {
  /** Uniform in 0 … n − 1. */
  number(n: number): number
  /** Somebody at random. */
  someone(): string
  /** Somebody whom some trust: the fewer there are such, the more trust them. */
  trusted(): string
  place(): string
}

export const drawOf = (world: EcsWorld, seed: number): Draw => {
  const random = seeded(seed)
  const number = (n: number) => Math.floor(random() * n)
  return {
    number,
    someone: () => entityId(1 + number(world.entities)),
    // as relationships were made
    trusted: () => entityId(1 + ((Math.floor(random() ** 2 * world.entities) * 7919) % world.entities)),
    place: () => `place-${number(world.places)}`,
  }
}

type Template = [string, (draw: Draw, world: EcsWorld) => string]

/** Conditions on two or three components, and a relationship. */
const templates: Template[] = [
  [
    'Health, Inventory, ->trusts(min) of an entity',
    (d) => `Health.current < ${20 + d.number(80)} and Inventory.gold > ${d.number(900)}
      and ->trusts(min 0.${d.number(9)}) of "${d.trusted()}"`,
  ],
  [
    'Position, Health or !Health, ->trusts(min 0.5) of an entity',
    (d) => `Position.x > ${d.number(5_000)} and (Health.current < ${5 + d.number(90)} or !Health)
      and ->trusts(min 0.5) of "${d.trusted()}"`,
  ],
  [
    'Status, Inventory, ->trusts of the hero',
    (d, { hero }) =>
      `Status.state = "${['alive', 'dead', 'lost'][d.number(3)]}" and Inventory.gold between ${d.number(500)} and 999
      and ->trusts of "${hero}"`,
  ],
  [
    'Health, Inventory, ->trusts of the hub',
    (d, { hub }) =>
      `Health.current < ${5 + d.number(30)} and Inventory.gold > ${d.number(900)} and ->trusts of "${hub}"`,
  ],
  [
    'Health, Status, ->trusts{1,2} of an entity',
    (d) =>
      `Health.current > ${d.number(90)} and Status.state = "alive" and ->trusts{1,2} of "${d.trusted()}"`,
  ],
  [
    'Health, <-* of an entity, by gold',
    (d) => `Health and Inventory and Health.current > ${d.number(90)} and <-* of "${d.someone()}"
      sort by Inventory.gold desc`,
  ],
  [
    'Inventory, ->knows of whoever is hurt at a place',
    (d) => `Inventory.gold > ${d.number(900)} and ->knows of (Location.placeId = "${d.place()}"
      and Health.current < 50)`,
  ],
]

/** Queries over several components and a relationship: each template alone, and all of them in turn. */
export const benchQueries = async (
  readers: pg.Pool,
  world: EcsWorld,
  log: (line: string) => void,
): Promise<BenchResult> => {
  const draw = drawOf(world, 2)
  const rows: number[] = []
  const ask = async ([, text]: Template) => {
    rows.push(sizeOf(await askWorld(readers, world, text(draw, world))))
  }
  const all = await repeatedP95('queries in turn, p95', runs, (index) =>
    ask(templates[Math.abs(index) % templates.length]!),
  )
  const figures: Figure[] = [all.p95, figure('queries in turn, p50', 'ms', [all.p50])]
  let worst = 0
  for (const template of templates) {
    rows.length = 0
    const { p95, p50 } = await repeatedP95(`  ${template[0]}`, runsOfEach, () => ask(template))
    const mean = rows.reduce((sum, count) => sum + count, 0) / rows.length
    log(
      `  ${template[0]}: p50 ${p50.toFixed(1)}, p95 ${p95.median.toFixed(1)} ms, ${mean.toFixed(1)} entities`,
    )
    figures.push(p95)
    worst = Math.max(worst, p95.median)
  }
  return {
    figures,
    goals: [
      atMost('components and a relationship p95, ms', all.p95.median, 100),
      atMost('the same, the worst kind of query, ms', worst, 100),
    ],
  }
}
