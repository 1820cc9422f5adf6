import type { JsonObject } from '../event.ts'
import { builtinTypes } from './builtin.ts'
import type { ComponentTypeDefinition } from './definition.ts'

/** The types that a world has registered, by name. */
export type RegisteredTypes = ReadonlyMap<string, { definition: ComponentTypeDefinition; fromSeq: number }>

/** What searches and dependencies need of a type; undefined for one that the world does not know. */
export const traitsOfType = (
  registered: RegisteredTypes,
  type: string,
): Pick<ComponentTypeDefinition, 'needs' | 'excludes' | 'sensitive' | 'hot' | 'version'> | undefined =>
  builtinTypes.get(type) ?? registered.get(type)?.definition

export interface HotValues {
  number: number | null
  text: string | null
}

const noHotValues: HotValues = { number: null, text: null }

/** What of a component's data lies in native columns as well. */
export const hotValuesOf = (registered: RegisteredTypes, type: string, data: JsonObject): HotValues => {
  const hot = traitsOfType(registered, type)?.hot
  if (hot === undefined) return noHotValues
  const number = hot.number === undefined ? undefined : data[hot.number]
  const text = hot.text === undefined ? undefined : data[hot.text]
  return {
    number: typeof number === 'number' ? number : null,
    text: typeof text === 'string' ? text : null,
  }
}
