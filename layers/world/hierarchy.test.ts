import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildHierarchy, entitiesAtDepth } from './hierarchy.ts'

/** A forest over n0…n(k−1): each entity but the first may have an earlier one as its parent. */
const forest = fc
  .array(fc.option(fc.nat(), { nil: undefined }), { minLength: 1, maxLength: 60 })
  .map((picks) => {
    const ids = picks.map((_, index) => `n${String(index).padStart(2, '0')}`)
    const edges = picks.flatMap((pick, index) =>
      index === 0 || pick === undefined ? [] : [{ sourceId: ids[pick % index]!, targetId: ids[index]! }],
    )
    return { ids, edges }
  })

describe('hierarchy', () => {
  it('puts every entity one level below its parent, and each below one root', () => {
    fc.assert(
      fc.property(forest, ({ ids, edges }) => {
        const { roots, parents, children, depths, maxDepth } = buildHierarchy(ids, edges)
        expect([...depths.keys()].sort()).toEqual(ids)
        expect(roots).toEqual(ids.filter((id) => !parents.has(id)))
        for (const [child, parent] of parents) {
          expect(depths.get(child)).toBe(depths.get(parent)! + 1)
          expect(children.get(parent)).toContain(child)
        }
        expect(maxDepth).toBe(Math.max(...depths.values()))
        for (let depth = 0; depth <= maxDepth; depth++)
          expect(
            entitiesAtDepth({ roots, parents, children, depths, maxDepth }, depth).length,
          ).toBeGreaterThan(0)
      }),
    )
  })

  it('leaves edges out whose ends do not exist', () => {
    const edges = [
      { sourceId: 'a', targetId: 'b' },
      { sourceId: 'b', targetId: 'gone' },
      { sourceId: 'gone', targetId: 'c' },
    ]
    const { roots, parents } = buildHierarchy(['a', 'b', 'c'], edges)
    expect([roots, [...parents]]).toEqual([['a', 'c'], [['b', 'a']]])
  })

  it('holds a chain of 100,000 without running out of stack', () => {
    const ids = Array.from({ length: 100_000 }, (_, n) => `n${n}`)
    const edges = ids.slice(1).map((targetId, n) => ({ sourceId: ids[n]!, targetId }))
    expect(buildHierarchy(ids, edges).maxDepth).toBe(99_999)
  })

  it('has depth 0 and no roots for no entities', () => {
    expect(buildHierarchy([], [])).toMatchObject({ roots: [], maxDepth: 0 })
  })
})
