import { monthHours } from '#platform/cost/item'
import type { TaskSize } from './idle-containers.ts'

/** Who plays what for how long, in one month. */
export interface Workload {
  name: string
  worlds: number
  /** Of each world. */
  entities: number
  /** Of each world: those that move. */
  bodies: number
  ticksPerSecond: number
  /** In which each world ticks. */
  tickHours: number
  /** In which clients of each world send requests. */
  playHours: number
  /** Times that the whole falls asleep and is woken again. */
  sessions: number
  /** Of each world while it is played. */
  writesPerSecond: number
  itemsPerWrite: number
  readsPerSecond: number
  /** Who signs in. */
  users: number
  /** Where the size of the stage's tasks does not do. */
  task?: TaskSize
  /** What the numbers mean, for people. */
  says: string[]
}

export const workloads: Workload[] = [
  {
    name: 'a hobby world',
    ...{ worlds: 1, entities: 1_000, bodies: 200, ticksPerSecond: 10, users: 5 },
    ...{ tickHours: 60, playHours: 60, sessions: 30 },
    ...{ writesPerSecond: 1, itemsPerWrite: 1, readsPerSecond: 0.5 },
    says: [
      'One world of 1,000 entities, 200 of them moving, played 2 hours each day (60 hours) and paused otherwise:',
      'one entity written a second, one spatial read every 2 s, ticks at 10 Hz, five people who sign in.',
    ],
  },
  {
    name: '1,000 active worlds',
    ...{ worlds: 1_000, entities: 1_000, bodies: 100, ticksPerSecond: 10, users: 5_000 },
    ...{ tickHours: monthHours, playHours: 120, sessions: 0 },
    ...{ writesPerSecond: 0.5, itemsPerWrite: 1, readsPerSecond: 0.5 },
    says: [
      '1,000 worlds of 1,000 entities, 100 of them moving, that tick at 10 Hz all month; clients are there 4 hours a',
      'day, spread over it: an entity written and a spatial read each 2 s and world. 5,000 people sign in.',
    ],
  },
  {
    name: 'one world of 1,000,000 bodies at 10 Hz',
    ...{ worlds: 1, entities: 1_000_000, bodies: 1_000_000, ticksPerSecond: 10, users: 100 },
    ...{ tickHours: monthHours, playHours: monthHours, sessions: 0 },
    ...{ writesPerSecond: 1, itemsPerWrite: 10, readsPerSecond: 10 },
    // the largest that Fargate has; 32 GB is the least memory with it
    task: { vcpu: 16, memoryGb: 32 },
    says: [
      'One world whose 1,000,000 entities all move, all month; 10 entities written a second, 10 spatial reads a',
      'second. Its task has 16 vCPU. A tick of it takes about a second of one core, shared among them;',
      'where that is less than 10 Hz, simulated time slows down, and it costs the same an hour.',
    ],
  },
]
