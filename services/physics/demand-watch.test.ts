import { expect, it } from 'vitest'
import { createDemandWatch, type Held } from './demand-watch.ts'

it('rings when the number of tasks may have to change, and again where that failed', async () => {
  const rung: string[] = []
  let failure: Error | undefined
  const watch = createDemandWatch({
    ring: async (reason) => {
      if (failure !== undefined) throw failure
      rung.push(reason)
    },
  })
  const look = async (worlds: number, moving: number): Promise<string[]> => {
    await watch.look({ worlds, moving } satisfies Held)
    return rung.splice(0)
  }
  expect(await look(0, 0)).toEqual(['start'])
  expect(await look(0, 0)).toEqual([])
  expect(await look(2, 0)).toEqual([])
  expect(await look(2, 1)).toEqual(['activity'])
  expect(await look(2, 1)).toEqual([])
  expect(await look(1, 0)).toEqual(['activity'])
  failure = new Error('away')
  await expect(look(0, 0)).rejects.toThrow('away')
  failure = undefined
  expect(await look(0, 0)).toEqual(['idle'])
})
