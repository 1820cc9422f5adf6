import { atMost, type Bench, type Figure, figure, median } from './harness.ts'
import { type PhysicsDatabase, startPhysicsDatabase } from './physics-database.ts'
import { measureIdle } from './tick/idle.ts'
import { openStage } from './tick/stage.ts'
import { loopParts, measureTick, partNames, type TickParts } from './tick/tick-parts.ts'

interface Case {
  bodies: number
  activePercent: number
  ticks: number
}

/** The smallest first: it also warms up the code for the others. */
const cases: Case[] = [
  { bodies: 10_000, activePercent: 1, ticks: 10 },
  { bodies: 10_000, activePercent: 100, ticks: 10 },
  { bodies: 100_000, activePercent: 1, ticks: 7 },
  { bodies: 100_000, activePercent: 100, ticks: 5 },
  { bodies: 1_000_000, activePercent: 0, ticks: 5 },
  { bodies: 1_000_000, activePercent: 1, ticks: 5 },
  // several seconds each, most of them the write-back
  { bodies: 1_000_000, activePercent: 100, ticks: 2 },
]

/** Whose bodies also have to cost next to nothing when nothing happens. */
const idleBodies = 1_000_000

/** Whole ticks of the physics service with 100 events each, on a PostgreSQL of its own, and what they consist of. */
export const bench: Bench = {
  name: 'tick',
  run: async (log) => {
    const figures: Figure[] = []
    const idle: number[] = []
    for (const [bodies, some] of Map.groupBy(cases, (one) => one.bodies)) {
      log(`making ${bodies} bodies…`)
      const database = await startPhysicsDatabase(bodies)
      try {
        if (bodies === idleBodies) {
          log('holding them idle…')
          idle.push(...(await measureIdle(database)))
        }
        for (const one of some) figures.push(...(await measureCase(database, one, log)))
      } finally {
        await database.stop()
      }
    }
    return {
      figures: [...figures, figure('1000k bodies held idle', '% of a core', idle)],
      goals: [atMost('1000k bodies held idle, % of a core', median(idle), 1)],
    }
  },
}

const measureCase = async (
  database: PhysicsDatabase,
  { bodies, activePercent, ticks }: Case,
  log: (line: string) => void,
): Promise<Figure[]> => {
  const title = `${bodies / 1_000}k, ${activePercent} % active`
  const stage = await openStage(database, activePercent / 100)
  const measured: TickParts[] = []
  try {
    while (measured.length < ticks) {
      const parts = await measureTick(stage)
      measured.push(parts)
      log(`${title}: tick ${measured.length} of ${ticks} took ${sum(parts, partNames).toFixed(1)} ms`)
    }
  } finally {
    await stage.close()
  }
  return toFigures(title, measured)
}

const sum = (parts: TickParts, names: readonly (keyof TickParts)[]): number =>
  names.reduce((total, name) => total + parts[name], 0)

const toFigures = (title: string, measured: TickParts[]): Figure[] => {
  const whole = measured.map((parts) => sum(parts, partNames))
  const loop = measured.map((parts) => sum(parts, loopParts))
  const share = (name: keyof TickParts) => measured.map((parts, tick) => (100 * parts[name]) / whole[tick])
  return [
    figure(`${title}: whole tick`, 'ms', whole),
    figure(`${title}: of it until the next may begin`, 'ms', loop),
    ...partNames.map((name) => figure(`${title}: ${name}`, '%', share(name))),
  ]
}
