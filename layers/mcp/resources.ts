import { type ApiCaller, ask } from './api-caller.ts'
import { queryLanguage } from './query-language.ts'

/** A text that a client reads by its URI. */
export interface McpResource {
  uri: string
  name: string
  title: string
  description: string
  mimeType: string
  /** @throws ApiProblem */
  read(api: ApiCaller): Promise<string>
}

export const resources: readonly McpResource[] = [
  {
    uri: 'orrery://openapi.json',
    name: 'openapi',
    title: 'The API',
    description: 'OpenAPI 3.1 document of the HTTP API',
    mimeType: 'application/json',
    read: async (api) => JSON.stringify(await ask(api, { method: 'GET', path: '/openapi.json' })),
  },
  {
    uri: 'orrery://query.md',
    name: 'query-language',
    title: 'The query language',
    description: 'Conditions, paths, clauses, pages and limits of what the tool query takes',
    mimeType: 'text/markdown',
    read: queryLanguage,
  },
]
