import { type EntityFold, emptyEntityFold, foldEntity } from '../projection/fold-entity.ts'
import { questionLimits } from './limits.ts'
import type { Citation, ItemEffect, QuestionSource } from './source.ts'

type Moment = Citation & { toldAt: string }

/** Somebody who had it, from an event of the story to another. */
export interface Holding {
  entityId: string
  from: Moment
  /** null: it is there still. */
  to: Moment | null
  /** The last one before `to`. */
  quantity: number
}

/** Who has held a thing of that id or name, in the order of the story. */
export const itemHolders = async (
  source: QuestionSource,
  { item, limit }: { item: string; limit: number },
): Promise<Holding[]> =>
  holdingsOf(await source.itemEffects(item, questionLimits.itemEffects)).slice(0, limit)

/** Of effects in the order of the story: pure. Nobody gives away more than he has. */
const holdingsOf = (effects: readonly ItemEffect[]): Holding[] => {
  const folds = new Map<string, EntityFold>()
  const open = new Map<string, Holding>()
  const holdings: Holding[] = []
  for (const [index, effect] of effects.entries()) {
    const { entityId, chronicleId, eventId, seq, toldAt, ordinal, id, name, quantity } = effect
    const order = { toldAt, chronicleId, eventId, ordinal }
    const thing = { do: 'item' as const, ...(id === undefined ? {} : { id }), name, quantity }
    const fold = foldEntity(folds.get(entityId) ?? emptyEntityFold, order, thing)
    folds.set(entityId, fold)
    const next = effects[index + 1]
    // an event that takes and gives to the same one is one step
    if (next !== undefined && isSameStep(effect, next)) continue
    const held = heldIn(fold)
    const known = open.get(entityId)
    const moment = { chronicleId, eventId, seq, toldAt: new Date(toldAt).toISOString() }
    if (known !== undefined && held === 0) {
      known.to = moment
      open.delete(entityId)
    } else if (known !== undefined) known.quantity = held
    else if (held > 0) {
      const holding: Holding = { entityId, from: moment, to: null, quantity: held }
      open.set(entityId, holding)
      holdings.push(holding)
    }
  }
  return holdings
}

const isSameStep = (a: ItemEffect, b: ItemEffect): boolean =>
  a.entityId === b.entityId && a.chronicleId === b.chronicleId && a.eventId === b.eventId

const heldIn = ({ components }: EntityFold): number =>
  ((components.Inventory?.items as { quantity: number }[] | undefined) ?? []).reduce(
    (sum, { quantity }) => sum + quantity,
    0,
  )
