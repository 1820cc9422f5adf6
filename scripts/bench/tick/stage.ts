import { tmpdir } from 'node:os'
import { setTraits } from '#physics/bodies'
import { createGate, type Gate } from '#physics/gate'
import { hydrateFromRows } from '#physics/hydrate-rows'
import { createInbox, type Inbox } from '#physics/inbox'
import { acquireLease, type Lease, releaseLease } from '#physics/lease'
import type { RetryOptions } from '#physics/retry'
import type { Simulation } from '#physics/simulation'
import { lastTick } from '#physics/tick-log'
import { createTickWriter, type TickWriter } from '#physics/tick-writer'
import { type WriteBackTarget, writeBackConnections, writeBackPoolOptions } from '#physics/write-back'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import type { PhysicsDatabase } from '../physics-database.ts'

/** A world held for the bench: the parts of the service that a tick goes through, without its loops. */
export interface TickStage extends WriteBackTarget {
  simulation: Simulation
  inbox: Inbox
  writer: TickWriter
  gate: Gate
  lease: Lease
  retry: RetryOptions
  /** Gives the lease back; the connections are the database's. */
  close(): Promise<void>
}

const ttlMs = 3_600_000

/**
 * Takes the world's lease, loads it from its rows and makes the first `activeShare` of its bodies active, which
 * are anywhere in it.
 */
export const openStage = async (database: PhysicsDatabase, activeShare: number): Promise<TickStage> => {
  const data = database.pool()
  const holder = { id: 'bench', slot: 0, address: '', ttlMs }
  const lease = (await acquireLease(data, database.worldId, holder))!
  const last = await lastTick(data, database.worldId)
  const simulation = await hydrateFromRows(data, database, last)
  activate(simulation, activeShare)
  const ending = new AbortController()
  const fail = (error: unknown): never => {
    throw error
  }
  const retry: RetryOptions = { signal: ending.signal, report: fail }
  const [gate, notify] = [createGate(), () => {}]
  const { worldId, seq, settings, tick } = simulation
  const source = { pool: data, objects: filesystemObjectStore(tmpdir()) }
  const writing = { pool: data, gate, lease, sink: undefined, tick, notify, fail, ...retry }
  return {
    ...{ simulation, gate, lease, retry },
    pool: database.pool({ max: writeBackConnections, ...writeBackPoolOptions }),
    inbox: createInbox({ source, worldId, seq, settings, notify, ...retry }),
    writer: createTickWriter(writing),
    close: () => releaseLease(data, { lease, active: false }),
  }
}

const activate = ({ bodies }: Simulation, share: number): void => {
  const active = Math.round(bodies.count * share)
  for (let body = 0; body < bodies.count; body++)
    setTraits(bodies, body, {
      ...{ activity: body < active ? 1 : 0, mass: bodies.mass[body], jitter: bodies.jitter[body] },
      anchored: false,
    })
}
