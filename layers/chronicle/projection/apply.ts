import { hash } from 'node:crypto'
import type pg from 'pg'
import { inTransaction } from '#platform/postgres/pool'
import type { Command } from '#world/commands'
import { type WriteContext, writeGroup } from '#world/write'
import { compareTargets, type TargetDifference } from './compare-targets.ts'
import { forgetCreations, noteCreations } from './postgres/creations.ts'
import { storeRefusal } from './postgres/derived.ts'
import type { FoldedTarget } from './refold.ts'

export interface ApplyScope {
  worldId: string
  tenantId: string
  /** The world's name. */
  world: string
  generation: number
  /** Part of the request ids: what the commands follow from. */
  reason: string
}

/** Commands of one transaction of the world. */
const commandsAtOnce = 5_000

/**
 * Makes the world what the targets should be, by the least commands, as any writer does it. What the world refuses of a
 * target is noted with it and left out; the rest goes on. `client` has the transaction of the derivation open, and is
 * asked nothing before `stored`, so that both databases' work goes on at once; `pool` is for the rest.
 */
export const applyTargets = async (
  client: pg.ClientBase,
  pool: pg.Pool,
  write: WriteContext,
  scope: ApplyScope,
  targets: readonly FoldedTarget[],
  stored: Promise<void>,
): Promise<{ commands: number; refused: number }> => {
  const [applied, kept] = await Promise.allSettled([applyAll(pool, write, scope, targets), stored])
  // not before both are over: what is stored after a rollback would be in no transaction
  if (applied.status === 'rejected') throw applied.reason
  if (kept.status === 'rejected') throw kept.reason
  const { commands, refusals, deleted } = applied.value
  for (const [targetKey, refusal] of refusals) await storeRefusal(client, scope, targetKey, refusal)
  await forgetCreations(client, scope.worldId, deleted)
  return { commands, refused: refusals.length }
}

interface Applied {
  commands: number
  /** By target key. */
  refusals: [targetKey: string, refusal: string][]
  /** Keys of the targets that the commands delete. */
  deleted: string[]
}

const applyAll = async (
  pool: pg.Pool,
  write: WriteContext,
  scope: ApplyScope,
  targets: readonly FoldedTarget[],
): Promise<Applied> => {
  const different = await inTransaction(pool, async (reader) => {
    // as in a step: whatever the statistics say
    await reader.query('SET LOCAL enable_seqscan = off')
    return compareTargets(reader, scope.worldId, targets)
  })
  const keysOf = (wanted: (difference: TargetDifference) => boolean): string[] =>
    different.filter(wanted).map(({ target }) => target.targetKey)
  await noteCreations(
    pool,
    scope,
    keysOf(({ makes }) => makes),
  )
  const applied: Applied = { commands: 0, refusals: [], deleted: keysOf(({ deletes }) => deletes) }
  for (const chunk of chunksOf(different)) await writeChunk(write, scope, chunk, applied)
  return applied
}

function* chunksOf(different: readonly TargetDifference[]): Iterable<TargetDifference[]> {
  let chunk: TargetDifference[] = []
  let size = 0
  for (const difference of different) {
    if (size > 0 && size + difference.commands.length > commandsAtOnce) {
      yield chunk
      chunk = []
      size = 0
    }
    chunk.push(difference)
    size += difference.commands.length
  }
  if (size > 0) yield chunk
}

/** Leaves out what is refused, target by target, until the rest is taken. */
const writeChunk = async (
  write: WriteContext,
  scope: ApplyScope,
  chunk: readonly TargetDifference[],
  applied: Applied,
): Promise<void> => {
  const waiting = [...chunk]
  for (;;) {
    const commands = waiting.flatMap((difference) => difference.commands)
    if (commands.length === 0) return
    const { tenantId, world } = scope
    const [outcome] = await writeGroup(write, [
      { tenantId, world, requestId: requestIdOf(scope, commands), mustExist: true, commands },
    ])
    if (outcome!.status === 'applied') {
      applied.commands += commands.length
      return
    }
    const { code, detail, commandIndex } = outcome!.refusal
    if (code === 'world-not-found') throw new Error(detail)
    const [left] = waiting.splice(ownerOf(waiting, commandIndex), 1)
    applied.refusals.push([left!.target.targetKey, `${code}: ${detail}`])
  }
}

const ownerOf = (waiting: readonly TargetDifference[], commandIndex: number): number => {
  let end = 0
  for (const [index, { commands }] of waiting.entries()) {
    end += commands.length
    if (commandIndex < end) return index
  }
  return 0
}

/** The same commands for the same reason are the same request: sent again, they are applied once. */
const requestIdOf = ({ worldId, generation, reason }: ApplyScope, commands: readonly Command[]): string =>
  `chronicle:${generation}:${reason}:${hash('sha256', `${worldId}\u0001${JSON.stringify(commands)}`, 'hex').slice(0, 32)}`
