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
  await tab.screenshot({ path })
  const { size } = statSync(path)
  if (size > mostBytes)
    throw new Error(`${path} has ${size} bytes, more than ${mostBytes}: use a smaller viewport`)
}
