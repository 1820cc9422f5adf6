import { mkdtempSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
import type { BrowserContext, Page } from 'playwright-core'
import { clientBundle } from '../../scripts/client/bundle.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A page whose script is one of `page/`, on the client as it is published. */
export const pageOf = async (script: string): Promise<string> => {
  // inside of the repository, where what the client needs is found
  const folder = mkdtempSync(join(root, 'client/dist-browser-'))
  try {
    await build({ ...clientBundle(root), outdir: folder })
    const { outputFiles } = await build({
      ...{ entryPoints: [join(root, 'test/browser/page', script)], plugins: [published(folder)] },
      ...{ bundle: true, minify: true, format: 'esm', platform: 'browser', charset: 'ascii', write: false },
    })
    return `<!doctype html><title>Orrery</title><script type="module">${outputFiles[0]!.text}</script>`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const published = (folder: string): Plugin => ({
  name: 'the published client',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/client\/(index|binary)\.ts$/ }, ({ path }) => ({
      path: join(folder, basename(path).replace(/ts$/, 'js')),
    })),
})

/** A new tab with that page, which the browser takes to come from the origin. */
export const openTab = async (context: BrowserContext, origin: string, html: string): Promise<Page> => {
  const page = await context.newPage()
  const address = `${origin}/page`
  await page.route(address, (route) => route.fulfill({ contentType: 'text/html', body: html }))
  await page.goto(address)
  await page.unroute(address)
  return page
}

/** Hides a page and stops it, as a browser does with what nobody looks at; answers a function that lets it run again, hidden. */
export const freeze = async (page: Page): Promise<() => Promise<void>> => {
  const session = await page.context().newCDPSession(page)
  await session.send('Page.setWebLifecycleState', { state: 'frozen' })
  return async () => {
    await session.send('Page.setWebLifecycleState', { state: 'active' })
    await session.detach()
  }
}

/** Somebody looks at it again. */
export const show = async (page: Page): Promise<void> => {
  const other = await page.context().newPage()
  await other.bringToFront()
  await page.bringToFront()
  await other.close()
}
