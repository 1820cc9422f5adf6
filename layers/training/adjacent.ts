import type { Epoch, PinnedSnapshot } from './epoch.ts'

type Range = Pick<Epoch, 'startTime' | 'endTime' | 'filters' | 'training'>

/** Those with the same filters and settings: only they may become one. */
const kindOf = ({ filters, training }: Range): string =>
  JSON.stringify([...sorted(filters), ...sorted(training)])

const sorted = (object: object): [string, unknown][] =>
  Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))

/**
 * Groups epochs that are adjacent: same filters, same settings, and time ranges that overlap or touch (ranges hold both
 * their ends), directly or by others of the group. Every epoch is in one group, alone where nothing is beside it.
 */
export const groupAdjacent = <E extends Range>(epochs: readonly E[]): E[][] => {
  const groups: { end: Date; members: E[] }[] = []
  const open = new Map<string, (typeof groups)[number]>()
  for (const epoch of epochs.toSorted((a, b) => a.startTime.getTime() - b.startTime.getTime())) {
    const kind = kindOf(epoch)
    const last = open.get(kind)
    if (last !== undefined && epoch.startTime <= last.end) {
      last.members.push(epoch)
      if (epoch.endTime > last.end) last.end = epoch.endTime
      continue
    }
    const group = { end: epoch.endTime, members: [epoch] }
    groups.push(group)
    open.set(kind, group)
  }
  return groups.map(({ members }) => members)
}

/** The snapshots of all of them, each once, oldest first. */
export const unionOfSnapshots = (epochs: readonly Pick<Epoch, 'snapshots'>[]): PinnedSnapshot[] => {
  const byId = new Map(
    epochs.flatMap(({ snapshots }) => snapshots).map((snapshot) => [snapshot.snapshotId, snapshot]),
  )
  return [...byId.values()].sort(inOrder)
}

const inOrder = (a: PinnedSnapshot, b: PinnedSnapshot): number =>
  a.createdAt.getTime() - b.createdAt.getTime() || (a.snapshotId < b.snapshotId ? -1 : 1)
