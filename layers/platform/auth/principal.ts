/**
 * What a token may allow. Every route of the API names one, or none where it is public; `world:sensitive` is no route's,
 * but shows in the answers of reading ones what is hidden otherwise: the data of sensitive components.
 */
export const scopes = ['world:read', 'world:write', 'world:admin', 'world:sensitive'] as const

export type Scope = (typeof scopes)[number]

export const isScope = (name: string): name is Scope => (scopes as readonly string[]).includes(name)

/** Who sends a request. */
export interface Principal {
  tenantId: string
  /** The user, as a keyed hash: fit for logs and the audit log. */
  subject: string
  scopes: readonly Scope[]
}

/** Who sends a request without a token to a server that only this machine can reach. */
export const localPrincipal: Principal = { tenantId: 'local', subject: 'local', scopes }

/** Who sends a request without a token to any other: a tenant that matches no row, and no scope. */
export const anonymousPrincipal: Principal = { tenantId: '', subject: 'anonymous', scopes: [] }
