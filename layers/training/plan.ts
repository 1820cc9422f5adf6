import type pg from 'pg'
import { type Lineage, readLineages } from '#world/read/lineages'
import type { PinnedSnapshot } from './epoch.ts'
import { readCandidates } from './postgres/read-candidates.ts'
import { type Candidate, drawKey, type Selection, splitOf, thresholdsOf } from './selection.ts'

/** Runs a read of a snapshot in a short transaction that may see the world, and in which all is there that it is a cut of. */
export type Read = <T>(
  snapshot: Pick<PinnedSnapshot, 'worldId' | 'seq'>,
  work: (client: pg.PoolClient) => Promise<T>,
) => Promise<T>

/** Which samples of a snapshot are drawn: up to which key in each stratum; null: all of them. */
export type Plan = ReadonlyMap<string, number> | null

/** A candidate whose place in the hierarchy was read, where the selection looks at it. */
export interface Placed extends Candidate {
  lineage?: Lineage
}

/** A snapshot has more strata than memory is meant for. */
export class TooManyStrata extends Error {
  readonly code = 'too-many-strata'
}

const strataLimit = 10_000
const pageRows = 2_000

const looksUp = ({ sampling, depth }: Selection): boolean =>
  depth !== null || sampling === 'by-depth' || sampling === 'by-subtree'

/** Pages of the entities of a snapshot that the selection's split, subtree and depth let through, in order of id. */
export async function* candidatePages(
  read: Read,
  snapshot: PinnedSnapshot,
  selection: Selection,
  after: string,
): AsyncGenerator<Placed[]> {
  for (;;) {
    const page: { found: Candidate[]; wanted: Placed[] } = await read(snapshot, async (client) => {
      const found = await readCandidates(client, snapshot, selection.subtree, after, pageRows)
      const wanted = found.filter(
        ({ entityId }) => selection.split === null || splitOf(entityId, selection) === selection.split,
      )
      return { found, wanted: looksUp(selection) ? await place(client, snapshot, wanted) : wanted }
    })
    const { depth } = selection
    yield depth === null ? page.wanted : page.wanted.filter(({ lineage }) => lineage?.depth === depth)
    if (page.found.length < pageRows) return
    after = page.found.at(-1)!.entityId
  }
}

const place = async (
  client: pg.PoolClient,
  { worldId, seq }: PinnedSnapshot,
  candidates: Candidate[],
): Promise<Placed[]> => {
  const lineages = await readLineages(
    client,
    worldId,
    candidates.map(({ entityId }) => entityId),
    seq,
  )
  return candidates.map((candidate) => ({ ...candidate, lineage: lineages.get(candidate.entityId)! }))
}

const stratumOf = ({ classType, lineage }: Placed, { sampling }: Selection): string => {
  if (sampling === 'balanced') return classType
  if (sampling === 'by-depth') return String(lineage!.depth)
  return sampling === 'by-subtree' ? lineage!.rootId : ''
}

/**
 * Looks at every candidate of the snapshot once: 16 bytes of memory for each, where samples are drawn at all.
 *
 * @throws TooManyStrata
 */
export const planSnapshot = async (
  read: Read,
  snapshot: PinnedSnapshot,
  selection: Selection,
): Promise<Plan> => {
  if (selection.size === null) return null
  const keys = new Map<string, number[]>()
  for await (const page of candidatePages(read, snapshot, selection, ''))
    for (const candidate of page) {
      const stratum = stratumOf(candidate, selection)
      const known = keys.get(stratum)
      const key = drawKey(snapshot.snapshotId, candidate, selection)
      if (known === undefined) keys.set(stratum, [key])
      else known.push(key)
      if (keys.size > strataLimit)
        throw new TooManyStrata(`snapshot ${snapshot.snapshotId} has more than ${strataLimit} of them`)
    }
  return thresholdsOf(keys, selection.size)
}

export const isDrawn = (
  plan: Plan,
  snapshot: PinnedSnapshot,
  candidate: Placed,
  selection: Selection,
): boolean =>
  plan === null ||
  drawKey(snapshot.snapshotId, candidate, selection) <=
    (plan.get(stratumOf(candidate, selection)) ?? Number.NEGATIVE_INFINITY)

/** Plans of snapshots by this process: pages of the same samples do not look at all candidates again. */
export type PlanCache = (
  snapshot: PinnedSnapshot,
  selection: Selection,
  make: () => Promise<Plan>,
) => Promise<Plan>

/** @param limit of plans that are kept; the one that was made first goes first. */
export const createPlanCache = (limit = 100): PlanCache => {
  const plans = new Map<string, Promise<Plan>>()
  return (snapshot, selection, make) => {
    const key = JSON.stringify([snapshot.snapshotId, selection])
    const known = plans.get(key)
    if (known !== undefined) return known
    const plan = make()
    if (plans.size >= limit) plans.delete(plans.keys().next().value!)
    plans.set(key, plan)
    plan.catch(() => plans.delete(key))
    return plan
  }
}
