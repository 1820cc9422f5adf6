import * as z from 'zod'
import { type FileArray, readArrayFile, writeArrayFile } from '#platform/arrays/array-file'
import { drive } from '#platform/arrays/drive'
import { packIds, unpackIds } from '#platform/arrays/id-bytes'
import { restoreIds } from '#platform/arrays/id-table'
import { type WorldSettings, worldSettings } from '#world/settings'
import { type Bodies, columns, flag } from './bodies.ts'
import { cutAll, type WholeCut } from './cut.ts'
import { type Gamma, gammaLayerOf, restoreGamma } from './gamma.ts'
import { cutCells, type GammaCells } from './gamma-cells.ts'
import { cutHierarchy, type Hierarchy, type HierarchyCut, restoreHierarchy } from './hierarchy.ts'
import { rampList, rampsOf } from './ramps.ts'
import { createSimulation, type Simulation } from './simulation.ts'
import { stateHash } from './state-hash.ts'

const version = 3

const header = z.object({
  /** 2 had no gamma, and is a state without one. */
  version: z.literal([2, version]),
  worldId: z.uuid(),
  tenantId: z.string(),
  tick: z.int(),
  seq: z.int(),
  stateHash: z.string(),
  settings: worldSettings,
  /** Counts, for people. */
  bodies: z.int(),
  edges: z.int(),
  /** Entity, target, ticks left. */
  ramps: z.array(z.tuple([z.string(), z.number(), z.int().min(1)])).default([]),
  /** Entities whose row is still to go. */
  removed: z.array(z.string()),
  firstRowsHold: z.boolean(),
})

/** Which state a checkpoint is of. */
export interface Checkpointed {
  tick: number
  seq: number
}

export interface Checkpoint extends Checkpointed {
  stateHash: string
  bytes: Buffer
}

type Header = z.output<typeof header>

/** A copy of a state at a tick boundary, from which a checkpoint is written while the world goes on. */
export interface CheckpointCut extends Omit<Header, 'version' | 'stateHash' | 'bodies' | 'edges' | 'ramps'> {
  bodies: WholeCut
  hierarchy: HierarchyCut
  gamma: GammaCells | undefined
}

/** @param removing entities whose row is being removed, which may still fail. */
export const cutCheckpoint = (simulation: Simulation, removing: Iterable<string>): CheckpointCut => {
  const { worldId, tenantId, tick, seq, settings, firstRowsHold } = simulation
  return {
    ...{ worldId, tenantId, tick, seq, settings, firstRowsHold },
    removed: [...new Set([...simulation.removed, ...removing])],
    bodies: cutAll(simulation.bodies),
    hierarchy: cutHierarchy(simulation.hierarchy),
    gamma: simulation.gamma && cutCells(simulation.gamma),
  }
}

/** @throws the signal's reason, between blocks. */
export const encodeCheckpoint = async (
  { bodies, hierarchy, gamma, ...rest }: CheckpointCut,
  signal?: AbortSignal,
): Promise<Checkpoint> => {
  const { tick, seq } = rest
  const hash = await drive(stateHash(bodies, tick, seq, gamma), signal)
  const counts = { bodies: bodies.count, edges: hierarchy.edges }
  const ramps = rampList(bodies.ramps)
  const head: Header = { version, ...rest, ...counts, ramps, stateHash: hash }
  const arrays: Record<string, FileArray> = {
    ...Object.fromEntries(columns.map((column) => [column, bodies[column]])),
    flags: bodies.flags.map(storedFlags),
    ids: await drive(packIds(bodies.ids), signal),
    edgeIds: await drive(packIds(hierarchy), signal),
    edgeParent: hierarchy.parent,
    edgeWeight: hierarchy.weight,
    ...(gamma && { gammaAt: gamma.at, gammaWeight: gamma.weight, gammaEpochEnd: gamma.epochEnd }),
  }
  return { tick, seq, stateHash: hash, bytes: await writeArrayFile(head, arrays, signal) }
}

/** What was being written may not have arrived. */
const storedFlags = (flags: number): number =>
  (flags & flag.anchored) | ((flags & (flag.dirty | flag.writing)) === 0 ? 0 : flag.dirty)

/**
 * The state of a checkpoint, checked against its hash, and that against `expectedHash` where it is given.
 *
 * @throws Error for anything that is damaged, another state, or of another version.
 */
export const decodeCheckpoint = async (
  bytes: Buffer,
  signal?: AbortSignal,
  expectedHash?: string,
): Promise<Simulation> => {
  const file = await readArrayFile(bytes, signal)
  const head = header.parse(file.header)
  if (expectedHash !== undefined && head.stateHash !== expectedHash)
    throw new Error(`its state hash is ${head.stateHash}`)
  const bodies = restoreBodies(head, file.arrays)
  const gamma = restoreCells(head.settings, file.arrays)
  const found = await drive(stateHash(bodies, head.tick, head.seq, gamma), signal)
  if (found !== head.stateHash) throw new Error(`the state hash is ${found}, not ${head.stateHash}`)
  const simulation = createSimulation(head, bodies)
  return Object.assign(simulation, {
    hierarchy: restoreEdges(head.edges, file.arrays),
    gamma,
    removed: new Set(head.removed),
    firstRowsHold: head.firstRowsHold,
    hasDirty: true,
  })
}

const restoreBodies = ({ bodies: count, ramps }: Header, arrays: Record<string, FileArray>): Bodies => {
  const read = arrays as Record<(typeof columns)[number], Float64Array>
  const flags = arrays.flags as Uint8Array
  const ids = restoreIds(count, unpackIds(arrays.ids as Uint8Array, count))
  const active = read.activity.reduce((sum, activity) => sum + Number(activity > 0), 0)
  return {
    ...(Object.fromEntries(columns.map((column) => [column, read[column]])) as typeof read),
    ...{ count, ids, flags, active, ramps: rampsOf(ramps), movedTick: new Float64Array(flags.length) },
  }
}

const restoreCells = (settings: WorldSettings, arrays: Record<string, FileArray>): Gamma | undefined => {
  const layer = gammaLayerOf(settings)
  const { gammaAt: at, gammaWeight: weight, gammaEpochEnd: epochEnd } = arrays as Record<string, Float64Array>
  if (layer === undefined || at === undefined || weight === undefined || epochEnd === undefined)
    return undefined
  return restoreGamma(layer, { count: weight.length, at, weight, epochEnd })
}

const restoreEdges = (edges: number, arrays: Record<string, FileArray>): Hierarchy =>
  restoreHierarchy({
    edges,
    ...unpackIds(arrays.edgeIds as Uint8Array, arrays.edgeParent.length),
    parent: arrays.edgeParent as Int32Array,
    weight: arrays.edgeWeight as Float64Array,
  })
