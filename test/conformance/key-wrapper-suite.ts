import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { KeyGone } from '#world/sealing/errors'
import type { KeyContext, KeyWrapper } from '#world/sealing/key-wrapper'

/**
 * What every key wrapper does. `open` answers one on the same key each time, as another process would have it;
 * `openOther` one on another key.
 */
export const describeKeyWrapper = (name: string, open: () => KeyWrapper, openOther: () => KeyWrapper) => {
  describe(`key wrapper: ${name}`, () => {
    const context = { tenant: 'acme', purpose: 'test' }
    const key = randomBytes(32)

    it('unwraps in one process what another one wrapped, in whatever order the context is said', async () => {
      const wrapped = await open().wrap(key, context)
      expect(Buffer.from(wrapped).includes(key)).toBe(false)
      const unwrapped = await open().unwrap(wrapped, { purpose: 'test', tenant: 'acme' })
      expect(Buffer.from(unwrapped).equals(key)).toBe(true)
    })

    it('does not for another context, or none', async () => {
      const wrapped = await open().wrap(key, context)
      const others: KeyContext[] = [{ tenant: 'acme' }, { ...context, tenant: 'evil' }, {}]
      for (const other of others) await expect(open().unwrap(wrapped, other)).rejects.toThrow(KeyGone)
    })

    it('does not with another key', async () => {
      const wrapped = await open().wrap(key, context)
      await expect(openOther().unwrap(wrapped, context)).rejects.toThrow(KeyGone)
    })

    it('does not where a bit is another, or some are missing', async () => {
      const wrapped = Buffer.from(await open().wrap(key, context))
      for (const index of [0, 13, wrapped.length - 1]) {
        const changed = Buffer.from(wrapped)
        changed[index]! ^= 1
        await expect(open().unwrap(changed, context)).rejects.toThrow(KeyGone)
      }
      await expect(open().unwrap(wrapped.subarray(0, 10), context)).rejects.toThrow(KeyGone)
    })
  })
}
