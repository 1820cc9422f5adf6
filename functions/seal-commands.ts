import { databaseAway } from '#platform/http/problem'
import { inTenantTransaction } from '#platform/postgres/pool'
import type { Command, Refusal, WriteRequest } from '#world/commands'
import type { ComponentTypeDefinition } from '#world/component-types/definition'
import { loadJsonSchema } from '#world/component-types/json-schema'
import type { JsonObject } from '#world/event'
import { readNamedTypes } from '#world/read/named-types'
import type { ApiContext } from './api-context.ts'
import { type NamedComponent, namedComponents, withComponents } from './named-components.ts'
import { asSealingProblem, sealingOff } from './sealing-problems.ts'
import { sensitiveFault } from './sensitive-fault.ts'
import type { FieldOf } from './write.ts'

export type SealContext = Pick<ApiContext, 'readers' | 'overflow' | 'sealing' | 'plainTypes'>

/**
 * The request with the data of sensitive components validated and sealed, so that nothing in clear gets to the
 * overflow, the write path, the log or a queue; or why it is refused. Types that the world does not know are refused
 * here already: whether they will be sensitive is not known. The registry is read only for types that are not known to
 * this process as plain, which a type remains.
 *
 * @throws HttpProblem 409 where sealing is switched off, 503 where keys or the registry cannot be had now.
 */
export const sealCommands = async (
  context: SealContext,
  request: WriteRequest,
  fieldOf: FieldOf,
): Promise<WriteRequest | { refusal: Refusal }> => {
  const { plainTypes } = context
  const { tenantId, world } = request
  const named = namedComponents(request.commands).filter(
    ({ type }) => !plainTypes.has({ tenantId, world, type }),
  )
  if (named.length === 0) return request
  const types = [...new Set(named.map(({ type }) => type))]
  const known = await inTenantTransaction(context.readers, tenantId, (client) =>
    readNamedTypes(client, tenantId, world, types),
  )
  const sensitive: [NamedComponent, ComponentTypeDefinition][] = []
  for (const component of named) {
    const definition = known?.get(component.type)
    if (definition === undefined) return refuseUnknown(context, request, component, known !== undefined)
    if (definition.sensitive) sensitive.push([component, definition])
    else plainTypes.add({ tenantId, world, type: component.type })
  }
  if (sensitive.length > 0) await loadJsonSchema()
  for (const [component, definition] of sensitive) {
    if (context.sealing === undefined) throw sealingOff(fieldOfComponent(component, fieldOf))
    const refusal = sensitiveFault(component, definition)
    if (refusal !== undefined) return { refusal }
  }
  const sealed = await sealAll(
    context,
    tenantId,
    sensitive.map(([component]) => component),
  )
  return { ...request, commands: replaceAll(request.commands, sealed) }
}

const fieldOfComponent = ({ commandIndex, path }: NamedComponent, fieldOf: FieldOf): string =>
  [fieldOf(commandIndex, {}), path].filter((part) => part !== '').join('.') || 'body'

/** Of a command, by its index: sealed data by type. */
type SealedByCommand = Map<number, Record<string, JsonObject>>

const sealAll = async (
  { sealing }: SealContext,
  tenantId: string,
  components: NamedComponent[],
): Promise<SealedByCommand> => {
  const sealed: SealedByCommand = new Map()
  try {
    for (const { commandIndex, entityId, type, data } of components) {
      const already = sealed.get(commandIndex)
      const made = await sealing!.seal({ tenantId, entityId, type }, data!)
      sealed.set(commandIndex, { ...already, [type]: made })
    }
  } catch (error) {
    throw asSealingProblem(error)
  }
  return sealed
}

const replaceAll = (commands: readonly Command[], sealed: SealedByCommand): Command[] =>
  commands.map((command, index) => {
    const changed = sealed.get(index)
    return changed === undefined ? command : withComponents(command, changed)
  })

/** As the write path does; but what waits for the database may register the type yet. */
const refuseUnknown = async (
  { overflow }: SealContext,
  { tenantId, world, mustExist = false }: WriteRequest,
  { type, entityId, commandIndex }: NamedComponent,
  worldExists: boolean,
): Promise<{ refusal: Refusal }> => {
  if (await overflow.isDiverted({ tenantId, world })) throw databaseAway()
  if (!worldExists && mustExist) {
    const detail = `there is no world '${world}'`
    return { refusal: { code: 'world-not-found', detail, commandIndex: 0, data: { world } } }
  }
  const detail = `there is no component type '${type}' in this world; register it first`
  return { refusal: { code: 'component-type-unknown', detail, commandIndex, data: { entityId, type } } }
}
