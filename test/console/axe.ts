import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe-core finds on the page that is serious or critical, each with the first place where it is so. */
const seriousFindings = async (tab: Page): Promise<string[]> => {
  // by the protocol of the debugger, which a content policy does not stop
  await tab.evaluate(source)
  const found = await tab.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } }
    return (await axe.run()).violations
  })
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]!.html.slice(0, 200)} ${nodes[0]!.failureSummary}`,
    )
}

interface AxeResults {
  violations: {
    id: string
    impact: string
    help: string
    nodes: { html: string; failureSummary: string }[]
  }[]
}

const phone = { width: 400, height: 760 }

/** The findings in each of the looks that people may have: light and dark, each wide and at 400 px. */
export const findingsInAllLooks = async (tab: Page): Promise<string[]> => {
  const wide = tab.viewportSize()!
  const findings: string[] = []
  for (const colorScheme of ['light', 'dark'] as const)
    for (const size of [wide, phone]) {
      await tab.emulateMedia({ colorScheme })
      await tab.setViewportSize(size)
      for (const finding of await seriousFindings(tab))
        findings.push(`${colorScheme} ${size.width}: ${finding}`)
      if (await isWiderThanScreen(tab))
        findings.push(`${colorScheme} ${size.width}: the page scrolls sideways`)
    }
  await tab.setViewportSize(wide)
  await tab.emulateMedia({ colorScheme: 'light' })
  return findings
}

const isWiderThanScreen = (tab: Page): Promise<boolean> =>
  tab.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')
