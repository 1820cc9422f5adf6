import { afterAll, describe, expect, it } from 'vitest'
import { computingField, fieldAccelerations } from './forces.ts'
import { openKernel } from './kernel.ts'
import { createTeam } from './team.ts'
import { bodiesAt, plummerSphere, uniformCube } from './test-worlds.ts'
import { buildingTree, buildTree, prepareTree } from './tree.ts'

const teams = [1, 2, 3, 5].map(createTeam)
afterAll(() => Promise.all(teams.map((team) => team.close())))

const parameters = { gravity: 1, softeningUnits: 0.01, theta: 0.6 }
const accelerationsOf = (count: number) => ({
  ax: new Float64Array(count),
  ay: new Float64Array(count),
  az: new Float64Array(count),
})

/** Tight clusters, so that keys tie at every boundary between threads. */
const clusters = bodiesAt(
  Array.from({ length: 6_000 }, (_, body) => [
    (body % 5) * 1_000 + ((body * 7919) % 1_000) * 1e-7,
    ((body * 104_729) % 1_000) * 1e-7,
    -((body * 1_299_709) % 97) * 1e-7,
  ]),
)

describe('a team', () => {
  it.each([
    ['a Plummer sphere', plummerSphere(20_000)],
    ['a cube', uniformCube(3_000, -1, 2)],
    ['tight clusters', clusters],
    ['one point', bodiesAt(Array.from({ length: 3_000 }, () => [1, 2, 3]))],
    ['fewer bodies than threads', uniformCube(2, 0, 1)],
    ['nothing', bodiesAt([])],
  ])('makes the same of %s, bit for bit, whatever its threads', async (_, bodies) => {
    const tree = buildTree(bodies)
    const expected = accelerationsOf(bodies.count)
    fieldAccelerations(tree, bodies, parameters, expected)
    for (const team of teams) {
      const other = prepareTree({ threads: team.threads })
      await team.run(other.kernel, buildingTree(other, bodies, {}))
      expect(other.order.subarray(0, other.count)).toEqual(tree.order.subarray(0, tree.count))
      expect(other.nodes.count).toBe(tree.nodes.count)
      expect(other.nodes.exponent.subarray(0, tree.nodes.count)).toEqual(
        tree.nodes.exponent.subarray(0, tree.nodes.count),
      )
      const out = accelerationsOf(bodies.count)
      await team.run(other.kernel, computingField(other, bodies, parameters, out))
      expect(out).toEqual(expected)
    }
  })

  it('does the work of several octrees in turn', async () => {
    const worlds = [700, 2_000, 9_000].map((count) => plummerSphere(count, count))
    const trees = await Promise.all(
      worlds.map((bodies) => {
        const tree = prepareTree({ threads: 2 })
        return teams[1].run(tree.kernel, buildingTree(tree, bodies, {}))
      }),
    )
    for (const [index, tree] of trees.entries())
      expect(tree.order.subarray(0, tree.count)).toEqual(
        buildTree(worlds[index]).order.subarray(0, tree.count),
      )
  })

  it('rejects work that fails, and all after it', async () => {
    const team = createTeam(1)
    const kernel = openKernel()
    // bodies that lie nowhere
    const work = (function* () {
      new Int32Array(kernel.memory.buffer, 0, 1)[0] = 2 ** 30
      yield 'build' as const
    })()
    await expect(team.run(kernel, work)).rejects.toThrow()
    const tree = prepareTree({})
    await expect(team.run(tree.kernel, buildingTree(tree, uniformCube(10, 0, 1), {}))).rejects.toThrow()
    await team.close()
  })
})
