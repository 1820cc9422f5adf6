import * as z from 'zod'
import { jsonObjectSchema } from '#world/schemas'
import { worldSettings } from '#world/settings'

/** A description of settings in which a field that is left out stays as it is, instead of having its default. */
const describeParts = (): Record<string, unknown> => {
  const { $schema: _, ...described } = z.toJSONSchema(worldSettings, { io: 'input' })
  for (const group of Object.values(described.properties!) as z.core.JSONSchema.JSONSchema[]) {
    delete group.default
    for (const field of Object.values(group.properties!) as z.core.JSONSchema.JSONSchema[])
      delete field.default
  }
  return described
}

/** Any part of a world's settings. The write path checks it, as the rest that it is merged with is known there only. */
export const settingsSchema = jsonObjectSchema.meta({
  ...describeParts(),
  id: 'WorldSettings',
  description:
    'Any part of the settings: a field that is left out stays as it is, and in a new world has its default',
})
