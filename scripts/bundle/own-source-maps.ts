import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Plugin } from 'esbuild'

/**
 * Of a dependency the source map says which file it is, and of our own code which line. Node reads the whole map when
 * it loads a module, so a function does at each cold start: with the lines of all dependencies it is 840 KB instead of
 * 170, and 4 ms of an import of 70.
 */
export const ownSourceMaps: Plugin = {
  name: 'own-source-maps',
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]node_modules[\\/].*\.[cm]?js$/ }, async ({ path }) => ({
      contents: `${await readFile(path, 'utf8')}\n//# sourceMappingURL=${mapToBeginning(basename(path))}`,
      loader: 'js',
    }))
  },
}

const mapToBeginning = (file: string): string => {
  const map = JSON.stringify({ version: 3, sources: [file], mappings: 'AAAA' })
  return `data:application/json;base64,${Buffer.from(map).toString('base64')}`
}
