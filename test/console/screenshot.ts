import { mkdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'

const folder = fileURLToPath(new URL('../../docs/images/', import.meta.url))
const mostBytes = 150_000

/** Keeps a picture of the page for docs, where the environment asks for it: `SCREENSHOTS=1 npm run test:console`. */
export const keepScreenshot = async (tab: Page, name: string): Promise<void> => {
  if (!process.env.SCREENSHOTS) return
  mkdirSync(folder, { recursive: true })
  const path = `${folder}console-${name}.png`
  const size = tab.viewportSize()!
  await tab.setViewportSize({ width: 1_000, height: 640 })
  await tab.screenshot({ path })
  await tab.setViewportSize(size)
  const bytes = statSync(path).size
  if (bytes > mostBytes) throw new Error(`${path} has ${bytes} bytes, more than ${mostBytes}`)
}
