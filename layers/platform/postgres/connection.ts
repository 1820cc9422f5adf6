import { createSecureContext, type SecureContext } from 'node:tls'
import type pg from 'pg'

/** Where a database is and how one gets in. */
export interface DatabaseConnection {
  /** `postgres://ROLE[:PASSWORD]@HOST:PORT/DATABASE`; only a connection without the two fields below may have a query. */
  connectionString: string
  /** Asked once for each new connection; absent: the password stands in `connectionString`. */
  password?: () => Promise<string>
  /** PEM. Present: TLS, and one of these must vouch for the host's name. */
  authorities?: string
}

/** The part of a client's or pool's configuration that says where it connects. */
export const clientConfig = (connection: DatabaseConnection): pg.ClientConfig => {
  const { connectionString, password, authorities } = connection
  if (password === undefined && authorities === undefined) return { connectionString }
  // pg would let a connectionString win over the options beside it, be it with an empty password
  const url = new URL(connectionString)
  return {
    host: url.hostname.replace(/^\[(.+)\]$/, '$1'),
    port: Number(url.port || 5432),
    database: decodeURIComponent(url.pathname.slice(1)),
    user: decodeURIComponent(url.username),
    password: password === undefined ? decodeURIComponent(url.password) : closingWhereItFails(password),
    ...(authorities === undefined ? {} : { ssl: { secureContext: secureContextOf(authorities) } }),
  }
}

/** pg calls it on its client, whose socket it would leave open until the server gives up waiting (60 s). */
const closingWhereItFails = (password: () => Promise<string>) =>
  async function (this: pg.Client): Promise<string> {
    try {
      return await password()
    } catch (error) {
      void this.end()
      throw error
    }
  }

/** The same database as another role. */
export const asRole = (connectionString: string, role: string): string => {
  const url = new URL(connectionString)
  url.username = encodeURIComponent(role)
  return url.href
}

const contexts = new Map<string, SecureContext>()

/** RDS's bundle has more than a hundred certificates: they are parsed once, not for each connection. */
const secureContextOf = (authorities: string): SecureContext => {
  const known = contexts.get(authorities)
  if (known !== undefined) return known
  const context = createSecureContext({ ca: authorities })
  contexts.set(authorities, context)
  return context
}
