import { type Path, parsePath } from './path.ts'

/** What every entity has beside its components; columns of its row. */
export type NativeField = 'id' | 'name' | 'class' | 'archetype' | 'flux' | 'activity' | 'x' | 'y' | 'z'

export const nativeKinds: Record<NativeField, 'number' | 'text'> = {
  ...{ id: 'text', name: 'text', class: 'text', archetype: 'text' },
  ...{ flux: 'number', activity: 'number', x: 'number', y: 'number', z: 'number' },
}

/** What a path leads to. */
export type Field =
  | { kind: 'native'; field: NativeField; type: 'number' | 'text' }
  | { kind: 'tags' }
  /** `Position` and `Name` as a whole: every entity has them. */
  | { kind: 'native-component'; component: 'Position' | 'Name' }
  | { kind: 'component'; component: string; steps: Path['steps'] }

const bareFields = ['id', 'name', 'class', 'archetype', 'flux', 'activity'] as const
const componentPattern = /^[A-Z][A-Za-z0-9_]{0,63}$/

export const isComponentType = (text: string): boolean => componentPattern.test(text)

const native = (field: NativeField): Field => ({ kind: 'native', field, type: nativeKinds[field] })

const relationshipsAlternative =
  'relationships are no component: ->* is met by whoever has any, ->trusts of one type, <-trusts by whom one leads to'

/** A text instead of a field says why there is none. */
export const resolvePath = ({ root, steps }: Path): Field | string => {
  if (root === 'Position' || root === 'Name') return resolveNativeComponent(root, steps)
  if (root === 'Relationships') return relationshipsAlternative
  if (isComponentType(root)) return { kind: 'component', component: root, steps }
  if (steps.length > 0 && (root === 'tags' || bareFields.some((field) => field === root)))
    return `${root} has no fields`
  if (root === 'tags') return { kind: 'tags' }
  const field = bareFields.find((name) => name === root)
  if (field !== undefined) return native(field)
  return `must begin with a component type (a capital letter first), or be one of ${bareFields.join(', ')}, tags`
}

const resolveNativeComponent = (component: 'Position' | 'Name', steps: Path['steps']): Field | string => {
  const [field, ...more] = steps
  if (field === undefined) return { kind: 'native-component', component }
  if (component === 'Name' && field === 'value' && more.length === 0) return native('name')
  if (component === 'Position' && more.length === 0 && (field === 'x' || field === 'y' || field === 'z'))
    return native(field)
  return component === 'Name' ? 'Name has the field value' : 'Position has the fields x, y, z'
}

/** Of a path in a query that was checked. */
export const fieldOf = (path: string): Field => {
  const field = resolvePath(parsePath(path)!)
  if (typeof field === 'string') throw new Error(`${path} was not checked: ${field}`)
  return field
}
