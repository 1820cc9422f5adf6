import type { Refusal } from '#world/commands'
import type { ComponentTypeDefinition } from '#world/component-types/definition'
import { discreetFault } from '#world/component-types/discreet-fault'
import { dataFault, type SchemaFault } from '#world/component-types/json-schema'
import { sealKey, sensitiveLimitBytes } from '#world/component-types/sealed'
import type { JsonObject } from '#world/event'
import type { NamedComponent } from './named-components.ts'

/** Why what a command says of a sensitive component cannot be sealed; undefined where it can. Never says the data. */
export const sensitiveFault = (
  { type, entityId, commandIndex, path, data, kind }: NamedComponent,
  { schema }: ComponentTypeDefinition,
): Refusal | undefined => {
  const refused = (code: Refusal['code'], fault: SchemaFault): Refusal => {
    const at = [path, fault.path].filter((part) => part !== '').join('.')
    const detail = `${type}${fault.path === '' ? '' : `.${fault.path}`} of '${entityId}' ${fault.message}`
    return { code, detail, commandIndex, data: { entityId, type, path: at, message: fault.message } }
  }
  if (data !== undefined) {
    const fault = clearFault(schema, data)
    return fault && refused('invalid-component', fault)
  }
  return kind === 'expect'
    ? refused('component-sealing', { path: '', message: 'is sensitive: its fields cannot be compared' })
    : refused('component-sealing', { path: '', message: 'is sensitive: its data is set as a whole' })
}

const clearFault = (schema: JsonObject, data: JsonObject): SchemaFault | undefined => {
  if (Object.hasOwn(data, sealKey))
    return { path: sealKey, message: 'must not be there: data is sent in clear, and sealed here' }
  if (Buffer.byteLength(JSON.stringify(data)) > sensitiveLimitBytes)
    return { path: '', message: `must have at most ${sensitiveLimitBytes} bytes as JSON` }
  const fault = dataFault(schema, data)
  return fault && discreetFault(schema, fault)
}
