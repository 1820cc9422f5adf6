import { readFile } from 'node:fs/promises'

/** docs/query.md. A bundle has no docs beside it: scripts/bundle/query-language.ts puts the text in place of this module. */
export const queryLanguage = (): Promise<string> =>
  readFile(new URL('../../docs/query.md', import.meta.url), 'utf8')
