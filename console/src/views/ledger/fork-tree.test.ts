import fc from 'fast-check'
import { expect, it } from 'vitest'
import { linksOf } from './chain-links.ts'
import { type Forked, type ForkNode, forkTrees, treeOf } from './fork-tree.ts'

const world = (n: number, of: number | null): Forked => ({
  ...{ worldId: `id${n}`, name: `w${n}` },
  parent: of === null ? null : { worldId: `id${of}`, name: `w${of}`, seq: n },
})

const namesOf = ({ world, forks }: ForkNode<Forked>): string[] => [world.name, ...forks.flatMap(namesOf)]

it('has each world once, below what it was forked of', () => {
  const parents = fc.array(fc.nat(), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(parents, (numbers) => {
      const worlds = numbers.map((number, n) => world(n, n === 0 || number % 4 === 0 ? null : number % n))
      const trees = forkTrees(worlds)
      expect(trees.flatMap(namesOf).sort()).toEqual(worlds.map(({ name }) => name).sort())
      for (const { name, parent } of worlds)
        expect(namesOf(treeOf(trees, name)!)).toContain(parent?.name ?? name)
    }),
  )
  expect(treeOf(forkTrees([world(1, 9)]), 'w1')?.world.name).toBe('w1')
  expect(treeOf([], 'w1')).toBeUndefined()
})

it('sees where a commit does not name the one before it', () => {
  const link = (number: number, hash: string, previousHash: string) => ({
    shard: 's',
    number,
    hash,
    previousHash,
  })
  const links = linksOf([link(3, 'c', 'x'), link(2, 'b', 'a'), link(1, 'a', '0')])
  expect([...links]).toEqual([
    ['s 3', 'broken'],
    ['s 2', 'linked'],
    ['s 1', 'unseen'],
  ])
})
