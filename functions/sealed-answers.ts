import type { Principal } from '#platform/auth/principal'
import { hidden, isSealed, type SealedData } from '#world/component-types/sealed'
import type { Change, Entity, Json, JsonObject } from '#world/event'
import { isSealFault } from '#world/sealing/errors'
import type { ApiContext } from './api-context.ts'
import { asSealingProblem } from './sealing-problems.ts'

// Every entity, component and change that leaves the API goes through this file: ciphertext never does, and what it
// hides only for the scope world:sensitive.

/** Who reads. */
export interface Reader {
  tenantId: string
  principal: Pick<Principal, 'scopes'>
  origin: { requestId: string }
}

type HasComponents = Pick<Entity, 'id' | 'components'>

/**
 * The entities with their sensitive components opened for a reader with the scope, and hidden from any other. One that
 * cannot be opened is answered as `{"$sealed": true, "fault": code}`, and reported.
 *
 * @throws HttpProblem 503 where the keys cannot be had now, and what PostgreSQL throws.
 */
export const answerEntities = async <E extends HasComponents>(
  context: ApiContext,
  reader: Reader,
  entities: readonly E[],
): Promise<E[]> => {
  const answered: E[] = []
  for (const entity of entities) answered.push(await answerEntity(context, reader, entity))
  return answered
}

/** As `answerEntities`. */
export const answerEntity = async <E extends HasComponents>(
  context: ApiContext,
  reader: Reader,
  entity: E,
): Promise<E> => {
  const sealed = Object.entries(entity.components ?? {}).filter(([, data]) => isSealed(data))
  if (sealed.length === 0) return entity
  const components = { ...entity.components }
  for (const [type, data] of sealed) {
    const opened = await openComponent(context, reader, entity.id, type, data)
    components[type] = 'fault' in opened ? { ...hidden, fault: opened.fault } : opened.data
  }
  return { ...entity, components }
}

/**
 * One component as the reader may see it.
 *
 * @throws HttpProblem 500 where it cannot be opened, 503 where the keys cannot be had now, and what PostgreSQL throws.
 */
export const answerComponent = async (
  context: ApiContext,
  reader: Reader,
  entityId: string,
  type: string,
  data: JsonObject,
): Promise<JsonObject> => {
  if (!isSealed(data)) return data
  const opened = await openComponent(context, reader, entityId, type, data)
  if ('fault' in opened) throw asSealingProblem(opened.error)
  return opened.data
}

type Opened = { data: JsonObject } | { fault: string; error: Error }

const openComponent = async (
  { sealing, reportFault }: ApiContext,
  { tenantId, principal, origin }: Reader,
  entityId: string,
  type: string,
  data: JsonObject,
): Promise<Opened> => {
  if (sealing === undefined || !principal.scopes.includes('world:sensitive')) return { data: hidden }
  try {
    return { data: await sealing.open({ tenantId, entityId, type }, data as SealedData) }
  } catch (error) {
    if (!isSealFault(error)) throw asSealingProblem(error)
    reportFault(error, origin.requestId)
    return { fault: error.code, error }
  }
}

/** An entity for an answer that opens nothing for anybody. */
export const hideSealed = <E extends HasComponents>(entity: E): E =>
  entity.components === undefined ? entity : { ...entity, components: mapValues(entity.components, hide) }

/** Changes for such an answer. */
export const hideSealedChanges = (changes: readonly Change[]): Change[] =>
  changes.map((change) => {
    if (!change.field.startsWith('components.')) return change
    const { oldValue, newValue, ...rest } = change
    return {
      ...rest,
      ...(oldValue !== undefined && { oldValue: hide(oldValue) }),
      ...(newValue !== undefined && { newValue: hide(newValue) }),
    }
  })

/** Changes whose values may be narrowed to a part of a component, whatever their field is called. */
export const hideSealedValues = (changes: readonly Change[]): Change[] =>
  changes.map(({ oldValue, newValue, ...rest }) => ({
    ...rest,
    ...(oldValue !== undefined && { oldValue: hide(oldValue) }),
    ...(newValue !== undefined && { newValue: hide(newValue) }),
  }))

/** The data of an event of the log. */
export const hideSealedEvent = (data: JsonObject): JsonObject => ({
  ...data,
  ...(Array.isArray(data.changes) && {
    changes: hideSealedChanges(data.changes as unknown as Change[]) as unknown as Json,
  }),
  ...(data.entity !== undefined && {
    entity: hideSealed(data.entity as unknown as Entity) as unknown as Json,
  }),
})

const hide = <T extends Json>(data: T): T | typeof hidden =>
  typeof data === 'object' && data !== null && !Array.isArray(data) && isSealed(data) ? hidden : data

const mapValues = <T, R>(values: Record<string, T>, map: (value: T) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]))
