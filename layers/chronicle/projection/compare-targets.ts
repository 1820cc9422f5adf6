import type pg from 'pg'
import type { Command } from '#world/commands'
import type { RelationshipKey } from '#world/event'
import { loadTouched } from '#world/postgres/load'
import { relationshipKey } from '#world/working-set'
import { compare, type Difference } from './difference.ts'
import { loadCreated } from './postgres/creations.ts'
import type { FoldedTarget } from './refold.ts'

/** A target that the world does not have as the chronicles do. */
export interface TargetDifference {
  target: FoldedTarget
  commands: Command[]
  differences: Difference[]
  /** Whether the commands make it, or delete it. */
  makes: boolean
  deletes: boolean
}

/** Reads the targets as the world has them and answers those that differ; entities first. */
export const compareTargets = async (
  client: pg.ClientBase,
  worldId: string,
  targets: readonly FoldedTarget[],
): Promise<TargetDifference[]> => {
  if (targets.length === 0) return []
  const entityIds: string[] = []
  const relationships: RelationshipKey[] = []
  for (const { target } of targets) {
    if (target.kind === 'entity') entityIds.push(target.entityId)
    else relationships.push({ sourceId: target.sourceId, targetId: target.targetId, type: target.type })
  }
  const created = await loadCreated(
    client,
    worldId,
    targets.map(({ targetKey }) => targetKey),
  )
  const [entities, edges] = await loadTouched(client, worldId, {
    ...{ entityIds, relationships, hierarchyEnds: [], writesComponents: false, registeredTypes: [] },
  })
  const found = targets.flatMap((folded): TargetDifference[] => {
    const { target, targetKey, before, wanted, eventName } = folded
    const current =
      target.kind === 'entity'
        ? (entities.get(target.entityId)?.entity ?? null)
        : (edges.get(relationshipKey(target))?.relationship ?? null)
    const isCreated = created.has(targetKey)
    const { commands, differences } = compare({ target, before, wanted, found: current, isCreated })
    if (differences.length === 0) return []
    return [
      {
        ...{ target: folded, differences },
        commands: commands.map((command) => ({ ...command, chronicleEventId: eventName })),
        makes: current === null && wanted !== null && !isCreated,
        deletes: current !== null && wanted === null && isCreated,
      },
    ]
  })
  const isEntity = ({ target }: TargetDifference): boolean => target.target.kind === 'entity'
  return [...found.filter(isEntity), ...found.filter((difference) => !isEntity(difference))]
}
