import { hash } from 'node:crypto'
import type { Json } from '#world/event'
import { defaultRoles } from '../rules/default-rules.ts'
import type { Rule } from '../rules/rule.ts'
import type { ChronicleSettings } from '../settings.ts'
import { canonicalJson } from './canonical.ts'

/** One more for each change of what this code derives from the same events; every world is then derived anew. */
const translatorVersion = 2

/** A digest of all that a derivation follows from beside the events and the bindings. */
export const inputsDigest = (rules: readonly Rule[], settings: ChronicleSettings): string => {
  const { modalities, minStrength, maxStrength, decayHalfLifeDays } = settings
  const strength = { minStrength, maxStrength, decayHalfLifeDays }
  const inputs = { translatorVersion, defaultRoles, rules, modalities: [...modalities].sort(), strength }
  return hash('sha256', canonicalJson(inputs as unknown as Json), 'hex').slice(0, 32)
}
