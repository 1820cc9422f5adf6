/** What is looked at of a commit. */
export interface Link {
  shard: string
  number: number
  hash: string
  previousHash: string
}

export type LinkState = 'linked' | 'broken' | 'unseen'

/**
 * Whether each commit names the hash of the one before it in its chain, by shard and number; `unseen`: that one is not among them.
 * It says nothing of what is in the commits: the job does.
 */
export const linksOf = (commits: readonly Link[]): Map<string, LinkState> => {
  const hashes = new Map(commits.map((one) => [nameOf(one), one.hash]))
  return new Map(
    commits.map((one) => {
      const before = hashes.get(nameOf({ shard: one.shard, number: one.number - 1 }))
      return [
        nameOf(one),
        before === undefined ? 'unseen' : before === one.previousHash ? 'linked' : 'broken',
      ]
    }),
  )
}

export const nameOf = ({ shard, number }: Pick<Link, 'shard' | 'number'>): string => `${shard} ${number}`
