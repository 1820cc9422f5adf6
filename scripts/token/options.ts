import { parseArgs } from 'node:util'
import { isTenant } from '#platform/auth/claims'
import { isScope, type Scope, scopes } from '#platform/auth/principal'
import { UsageError } from '../local/options.ts'

export const tokenUsage = `Usage: npm run --silent token -- --tenant T --scope "SCOPES" [options]

Prints a token for the API of the running npm start, signed by its development issuer.

  --tenant T      whose worlds it opens
  --scope SCOPES  what it allows, between spaces: ${scopes.join(' ')}
  --subject S     the user (default developer)
  --hours N       how long it holds (default 24, at most 8760)
  --data DIR      the folder of the running npm start (default .orrery)
  --help          show this

  curl -H "Authorization: Bearer $(npm run --silent token -- --tenant acme --scope world:read)" \\
    http://127.0.0.1:7000/worlds
`

export interface TokenOptions {
  tenant: string
  scopes: Scope[]
  subject: string
  hours: number
  dataDir: string
}

const maxHours = 8_760

/** Undefined: help is wanted. @throws UsageError */
export const parseTokenOptions = (args: string[]): TokenOptions | undefined => {
  const { tenant, scope, subject, hours, data: dataDir, help } = parse(args)
  if (help) return undefined
  if (tenant === undefined) throw new UsageError('--tenant is missing: whose worlds the token opens')
  if (!isTenant(tenant)) throw new UsageError('--tenant takes 1 to 256 visible ASCII characters')
  if (scope === undefined) throw new UsageError(`--scope is missing: some of ${scopes.join(' ')}`)
  if (subject === '') throw new UsageError('--subject takes a name')
  return { tenant, scopes: parseScopes(scope), subject, hours: parseHours(hours), dataDir }
}

const parseScopes = (text: string): Scope[] => {
  const names = text.split(/[\s,]+/).filter((name) => name !== '')
  const unknown = names.find((name) => !isScope(name))
  if (unknown !== undefined)
    throw new UsageError(`--scope: there is no scope '${unknown}', only ${scopes.join(' ')}`)
  if (names.length === 0) throw new UsageError(`--scope takes some of ${scopes.join(' ')}`)
  return names as Scope[]
}

const parseHours = (text: string): number => {
  const hours = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || hours <= 0 || hours > maxHours)
    throw new UsageError(`--hours takes a number up to ${maxHours}, not '${text}'`)
  return hours
}

const parse = (args: string[]) => {
  try {
    const options = {
      tenant: { type: 'string' },
      scope: { type: 'string' },
      subject: { type: 'string', default: 'developer' },
      hours: { type: 'string', default: '24' },
      data: { type: 'string', default: '.orrery' },
      help: { type: 'boolean', short: 'h', default: false },
    } as const
    return parseArgs({ args, options }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}
