import { isStorableText } from '../json.ts'
import { queryLimits } from './limits.ts'

/** `Inventory.items[0]."display name"`: a component or field of an entity, and a way into its data. */
export interface Path {
  /** A component type (`Inventory`), or a field of the entity itself (`name`). */
  root: string
  /** Keys of objects are texts, places in arrays are numbers; the two never stand for each other. */
  steps: (string | number)[]
}

const word = /^[A-Za-z_][A-Za-z0-9_]*$/
const step =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON has them escaped only
  /\.([A-Za-z_][A-Za-z0-9_]*)|\.("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|\[(0|[1-9]\d{0,8})\]/y

const isWord = (text: string): boolean => word.test(text)

/** A word as it is, anything else as a JSON string. */
export const printWord = (text: string): string => (isWord(text) ? text : JSON.stringify(text))

/** Undefined for a text that is no path. */
export const parsePath = (text: string): Path | undefined => {
  const root = /^[A-Za-z_][A-Za-z0-9_]*/.exec(text)?.[0]
  if (root === undefined) return undefined
  const steps: Path['steps'] = []
  step.lastIndex = root.length
  while (step.lastIndex < text.length) {
    const found = step.exec(text)
    if (found === null || steps.length === queryLimits.pathSegments) return undefined
    const [, key, quoted, index] = found
    if (index !== undefined) steps.push(Number(index))
    else steps.push(key ?? (JSON.parse(quoted!) as string))
  }
  return steps.every((part) => typeof part === 'number' || isStorableText(part)) ? { root, steps } : undefined
}

/** The one way to write the path. */
export const printPath = ({ root, steps }: Path): string =>
  root + steps.map((part) => (typeof part === 'number' ? `[${part}]` : `.${printWord(part)}`)).join('')
