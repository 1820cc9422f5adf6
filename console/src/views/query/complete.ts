import type { Vocabulary } from './vocabulary.ts'

export interface Completion {
  /** From where to the caret the text is replaced. */
  from: number
  options: { text: string; what: string }[]
}

const properties = ['id', 'name', 'class', 'archetype', 'flux', 'activity', 'tags']
const snippets = [
  ['and', ''],
  ['or', ''],
  ['not', ''],
  ['exists', 'has something at a path'],
  ['contains', 'contains this JSON'],
  ['in (', 'one of'],
  ['between', 'both ends included'],
  ['has tag "', 'with the tag'],
  ['->* of "', 'an edge to it'],
  ['<-* of "', 'an edge from it'],
  ['under "', 'below it in the hierarchy'],
  ['above "', 'above it in the hierarchy'],
  ['depth =', 'so many ancestors'],
  ['in box(', 'x,y,z, x,y,z'],
  ['in sphere(', 'x,y,z, radius'],
  ['near "', 'near an entity'],
  ['within', 'of near: how far'],
  ['select', 'these fields alone'],
  ['count', 'how many'],
  ['group by', 'counts by a value'],
  ['sort by', 'in this order'],
  ['desc', 'largest first'],
  ['limit', 'of a page'],
] as const
const mostOptions = 12

/** What may stand at the caret, by what stands before it. Pure. */
export const complete = (text: string, caret: number, { components, classes }: Vocabulary): Completion => {
  const before = text.slice(0, caret)
  const quoted = /class\s*(?:=|!=)\s*"([^"]*)$|class\s+in\s*\((?:[^()]*,)?\s*"([^"]*)$/.exec(before)
  if (quoted) {
    const part = quoted[1] ?? quoted[2] ?? ''
    return optionsOf(
      caret - part.length,
      part,
      classes.map((name) => [name, 'class']),
    )
  }
  if (isInText(before)) return { from: caret, options: [] }
  const path = /([A-Z]\w*)\.([\w.[\]]*)$/.exec(before)
  if (path) {
    const fields = components.get(path[1]!) ?? []
    return optionsOf(
      caret - path[2]!.length,
      path[2]!,
      fields.map((field) => [field, path[1]!]),
    )
  }
  const part = /[\w<>*-]*$/.exec(before)![0]
  if (part === '') return { from: caret, options: [] }
  const words = [
    ...properties.map((name) => [name, 'of an entity'] as const),
    ...[...components.keys()].map((type) => [type, 'component'] as const),
    ...snippets,
  ]
  return optionsOf(caret - part.length, part, words)
}

const isInText = (before: string): boolean => {
  const quotes = before.replaceAll(/\\./g, '').match(/"/g) ?? []
  return quotes.length % 2 === 1
}

const optionsOf = (from: number, part: string, words: readonly (readonly [string, string])[]): Completion => {
  const wanted = part.toLowerCase()
  const options = words
    .filter(([text]) => text.toLowerCase().startsWith(wanted) && text !== part)
    .slice(0, mostOptions)
    .map(([text, what]) => ({ text, what }))
  return { from, options }
}

/** Line and column of a fault as an offset in the text; undefined: the message has none. */
export const offsetOf = (text: string, message: string): number | undefined => {
  const found = /line (\d+), column (\d+)/.exec(message)
  if (!found) return undefined
  const lines = text.split('\n')
  const before = lines.slice(0, Number(found[1]) - 1).reduce((sum, line) => sum + line.length + 1, 0)
  return Math.min(text.length, before + Number(found[2]) - 1)
}
