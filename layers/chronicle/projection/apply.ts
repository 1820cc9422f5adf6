import { hash } from 'node:crypto'
import type pg from 'pg'
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
 * target is noted with it and left out; the rest goes on. `client` has the transaction of the derivation open, `pool` is
 * for the notes that must come before the write.
 */
export const applyTargets = async (
  client: pg.ClientBase,
  pool: pg.Pool,
  write: WriteContext,
  scope: ApplyScope,
  targets: readonly FoldedTarget[],
): Promise<{ commands: number; refused: number }> => {
  const different = await compareTargets(client, scope.worldId, targets)
  const keysOf = (wanted: (difference: TargetDifference) => boolean): string[] =>
    different.filter(wanted).map(({ target }) => target.targetKey)
  await noteCreations(
    pool,
    scope,
    keysOf(({ makes }) => makes),
  )
  let commands = 0
  let refused = 0
  for (const chunk of chunksOf(different)) {
    const done = await writeChunk(client, write, scope, chunk)
    commands += done.commands
    refused += done.refused
  }
  await forgetCreations(
    client,
    scope.worldId,
    keysOf(({ deletes }) => deletes),
  )
  return { commands, refused }
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
  client: pg.ClientBase,
  write: WriteContext,
  scope: ApplyScope,
  chunk: readonly TargetDifference[],
): Promise<{ commands: number; refused: number }> => {
  const waiting = [...chunk]
  let refused = 0
  for (;;) {
    const commands = waiting.flatMap((difference) => difference.commands)
    if (commands.length === 0) return { commands: 0, refused }
    const { tenantId, world } = scope
    const [outcome] = await writeGroup(write, [
      { tenantId, world, requestId: requestIdOf(scope, commands), mustExist: true, commands },
    ])
    if (outcome!.status === 'applied') return { commands: commands.length, refused }
    const { code, detail, commandIndex } = outcome!.refusal
    if (code === 'world-not-found') throw new Error(detail)
    const [left] = waiting.splice(ownerOf(waiting, commandIndex), 1)
    await storeRefusal(client, scope, left!.target.targetKey, `${code}: ${detail}`)
    refused++
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
