import { api } from '../../api.ts'

/** What a world's queries can name. */
export interface Vocabulary {
  /** Component types with their fields, nested ones too: `current`, `items[0].name`. */
  components: ReadonlyMap<string, readonly string[]>
  classes: readonly string[]
}

export const emptyVocabulary: Vocabulary = { components: new Map(), classes: [] }

const native: [string, string[]][] = [
  ['Position', ['x', 'y', 'z']],
  ['Name', ['value']],
  ['Parameters', ['activity', 'mass', 'jitter', 'anchored']],
  ['Extra', []],
  ['Transform', []],
]

export const readVocabulary = async (world: string, signal: AbortSignal): Promise<Vocabulary> => {
  const [types, classes] = await Promise.all([
    api().get('/worlds/{world}/component-types', { path: { world }, signal }),
    api().post('/worlds/{world}/query', {
      path: { world },
      body: { query: 'group by class count limit 100' },
      signal,
    }),
  ])
  const all = [...types.builtin, ...types.registered] as { type: string; schema?: Schema }[]
  const described = all.map(({ type, schema }): [string, string[]] => [type, schema ? fieldsOf(schema) : []])
  return {
    components: new Map([...native, ...described]),
    classes: (classes.groups ?? []).flatMap(({ value }) => (typeof value === 'string' ? [value] : [])),
  }
}

interface Schema {
  properties?: Record<string, Schema>
  items?: Schema
}

/** Paths of a JSON Schema, some levels deep. */
const fieldsOf = ({ properties = {} }: Schema, depth = 3): string[] =>
  Object.entries(properties).flatMap(([name, schema]) => {
    const inner = schema.items
      ? fieldsOf(schema.items, depth - 1)
      : depth > 1
        ? fieldsOf(schema, depth - 1)
        : []
    const path = schema.items ? `${name}[0]` : name
    return [...(schema.items ? [name] : []), path, ...inner.map((field) => `${path}.${field}`)]
  })
