import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

/** The text that layers/mcp/query-language.ts reads, in place of it: a bundle has no docs beside it. */
export const queryLanguageText: Plugin = {
  name: 'query-language',
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]layers[\\/]mcp[\\/]query-language\.ts$/ }, async () => {
      const file = new URL('../../docs/query.md', import.meta.url)
      const text = JSON.stringify(await readFile(file, 'utf8'))
      return { contents: `export const queryLanguage = async () => ${text}` }
    })
  },
}
