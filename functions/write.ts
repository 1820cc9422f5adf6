import { HttpProblem } from '#platform/http/problem'
import { type Acceptance, acceptWrite } from '#world/accept'
import type { Refusal, WriteRequest } from '#world/commands'
import type { ApiContext } from './api-context.ts'
import { sealCommands } from './seal-commands.ts'

/** Names the field of the body that a command came from; `data` is that of its refusal. */
export type FieldOf = (commandIndex: number, data: Refusal['data']) => string

/**
 * Accepts the request; `fieldOf` names the field of the body that a command came from.
 *
 * @throws HttpProblem for a refusal.
 */
export const write = async (
  context: ApiContext,
  request: WriteRequest,
  fieldOf: FieldOf,
): Promise<Exclude<Acceptance, { status: 'refused' }>> => {
  const sealed = await sealCommands(context, request, fieldOf)
  if ('refusal' in sealed) throw refusalProblem(sealed.refusal, fieldOf)
  const acceptance = await acceptWrite(context, sealed)
  if (acceptance.status === 'refused') throw refusalProblem(acceptance.refusal, fieldOf)
  return acceptance
}

const statusOf: Record<Refusal['code'], number> = {
  'world-not-found': 404,
  'entity-not-found': 404,
  'entity-exists': 409,
  'relationship-not-found': 404,
  'second-parent': 409,
  'hierarchy-cycle': 409,
  'self-parent': 409,
  'invalid-settings': 400,
  'expectation-failed': 412,
  'component-type-unknown': 400,
  'component-type-fixed': 400,
  'invalid-component': 400,
  'component-needed': 409,
  'component-excluded': 409,
  'component-sealing': 409,
  'invalid-component-type': 400,
  'too-many-components': 409,
  'chronicle-exists': 409,
  'chronicle-not-found': 404,
  'chronicle-event-exists': 409,
  'chronicle-event-not-found': 404,
  'chronicle-event-retracted': 409,
  'world-exists': 409,
  'seq-not-reached': 400,
  'commit-not-found': 404,
  'entries-archived': 409,
}

const titles: Record<number, string> = {
  400: 'Invalid request',
  404: 'Not found',
  409: 'Conflict with what there is',
  412: 'An expectation does not hold',
}

const titleOf = (code: Refusal['code']): string => {
  if (code === 'world-exists') return 'Name taken'
  return code === 'entries-archived' ? 'In the archive' : titles[statusOf[code]]!
}

const splitOnce = (text: string, separator: string): [string, string] => {
  const at = text.indexOf(separator)
  return at === -1 ? ['', text] : [text.slice(0, at), text.slice(at + separator.length)]
}

/** @param fieldOf as of `write`. */
export const refusalProblem = (
  { code, detail, commandIndex, data }: Refusal,
  fieldOf: FieldOf,
): HttpProblem => {
  const field = fieldOf(commandIndex, data)
  // which setting it is about comes first: `settings.physics.gravity: …`
  const [setting, message] = code === 'invalid-settings' ? splitOnce(detail, ': ') : ['', detail]
  // what is wrong within a component, or a type of one, has a path of its own
  if (typeof data.path === 'string' && typeof data.message === 'string') {
    const inner = [field, data.path].filter((part) => part !== '').join('.') || 'body'
    return new HttpProblem(statusOf[code], titleOf(code), detail, {
      errors: [{ field: inner, message: data.message }],
    })
  }
  return new HttpProblem(statusOf[code], titleOf(code), detail, {
    errors: [{ field: setting.replace(/^settings/, field) || field || 'body', message }],
  })
}
