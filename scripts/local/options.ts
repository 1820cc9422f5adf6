import { parseArgs } from 'node:util'
import type { IdentitySettings } from '#platform/auth/verifier'
import { isLoopbackHost, requireSecure } from '#platform/http/loopback'
import { type TenantLimits, tenantLimitsJson } from '#platform/limits/tenant-limits'
import type { CacheSettings } from '#world/cache/adapters/open'

/** Room for some 450,000 entities of five components: nine in ten reads of a million by Zipf’s law. */
export const defaultCacheMegabytes = 384

export interface StartOptions {
  host: string
  port: number
  /** Undefined: the development issuer, and nobody needs a token. */
  identity: IdentitySettings | undefined
  /** What the console is called at the issuer; undefined: orrery-console. */
  consoleClient: string | undefined
  /** Undefined: tenants may send as much as they like. */
  limits: TenantLimits | undefined
  /** Of entities that are read. */
  cache: CacheSettings
  dataDir: string
  fresh: boolean
  help: boolean
}

/** The command line is not one that is understood. */
export class UsageError extends Error {
  readonly code = 'usage'
}

export const startUsage = `Usage: npm start -- [options]

Runs Orrery whole on this machine until Ctrl-C: PostgreSQL, queues, relay, physics, the API and the console.

  --port N     port of the API on 127.0.0.1 (default 7000; 0 takes a free one)
  --data DIR   where everything is kept (default .orrery)
  --fresh      delete what is kept there first
  --help       show this

Reads that may be some time old (maxStaleMs) are answered from memory:

  --cache-mb N     megabytes of it (default ${defaultCacheMegabytes}; 0: none)
  --redis-url URL  keep it in this Redis or Valkey instead, which processes share

Who may come in: everybody on this machine, as the tenant local or with a token (npm run token -- --help).

  --issuer URL         let in nobody but those with a token of this OpenID Connect issuer
  --audience A         the API's name there
  --tenant-claim NAME  the claim of the token that holds the tenant (default tenant)
  --console-client ID  what the console is called at the issuer (default orrery-console)
  --host ADDRESS       listen there instead of 127.0.0.1; any other machine's way in needs --issuer
  --limits JSON        what a tenant may send: {"default": {"requestsPerSecond": 50, "burst": 200}}
`

/** @throws UsageError */
export const parseStartOptions = (args: string[]): StartOptions => {
  const { host, port, data, fresh, help, limits, ...rest } = parse(args)
  const {
    'cache-mb': cacheMegabytes,
    'redis-url': redisUrl,
    'console-client': consoleClient,
    ...identity
  } = rest
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new UsageError(`--port takes a number from 0 to 65535, not ${JSON.stringify(port)}`)
  if (data === '') throw new UsageError('--data takes a folder')
  const options = { host, port: Number(port), dataDir: data, fresh, help }
  const cache = parseCache(cacheMegabytes, redisUrl)
  if (consoleClient !== undefined && (consoleClient === '' || identity.issuer === undefined))
    throw new UsageError('--console-client takes a name, and needs --issuer')
  return {
    ...{ ...options, identity: parseIdentity(host, identity), limits: parseLimits(limits), cache },
    consoleClient,
  }
}

interface IdentityOptions {
  issuer?: string | undefined
  audience?: string | undefined
  'tenant-claim'?: string | undefined
}

const parseIdentity = (
  host: string,
  { issuer, audience, 'tenant-claim': tenantClaim }: IdentityOptions,
): IdentitySettings | undefined => {
  if (issuer === undefined) {
    if (audience !== undefined || tenantClaim !== undefined)
      throw new UsageError('--audience and --tenant-claim need --issuer')
    if (isLoopbackHost(host)) return undefined
    throw new UsageError(
      `--host ${host} lets other machines in, so they must prove who they are: add --issuer URL --audience A`,
    )
  }
  if (!audience) throw new UsageError('--issuer needs --audience: the name of this API at the issuer')
  if (tenantClaim === '') throw new UsageError('--tenant-claim takes the name of a claim')
  return { issuer: parseIssuer(issuer), audience, tenantClaim }
}

const parseIssuer = (issuer: string): string => {
  if (!URL.canParse(issuer)) throw new UsageError(`--issuer takes a URL, not ${JSON.stringify(issuer)}`)
  try {
    requireSecure('--issuer', issuer)
    return issuer
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

const parseCache = (megabytes: string | undefined, redisUrl: string | undefined): CacheSettings => {
  if (redisUrl !== undefined) {
    if (megabytes !== undefined) throw new UsageError('--cache-mb and --redis-url exclude each other')
    if (!/^rediss?:\/\//.test(redisUrl) || !URL.canParse(redisUrl))
      throw new UsageError(`--redis-url takes a redis:// or rediss:// URL, not ${JSON.stringify(redisUrl)}`)
    return { kind: 'redis', url: redisUrl }
  }
  if (megabytes === undefined) return { kind: 'memory', megabytes: defaultCacheMegabytes }
  if (!/^\d{1,5}$/.test(megabytes) || Number(megabytes) > 65_536)
    throw new UsageError(`--cache-mb takes a number from 0 to 65536, not ${JSON.stringify(megabytes)}`)
  return Number(megabytes) === 0 ? { kind: 'off' } : { kind: 'memory', megabytes: Number(megabytes) }
}

const parseLimits = (json: string | undefined): TenantLimits | undefined => {
  if (json === undefined) return undefined
  const parsed = tenantLimitsJson.safeParse(json)
  if (parsed.success) return parsed.data
  throw new UsageError(`--limits: ${parsed.error.issues.map(({ message }) => message).join('; ')}`)
}

const parse = (args: string[]) => {
  try {
    const options = {
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '7000' },
      data: { type: 'string', default: '.orrery' },
      fresh: { type: 'boolean', default: false },
      issuer: { type: 'string' },
      audience: { type: 'string' },
      'tenant-claim': { type: 'string' },
      'console-client': { type: 'string' },
      limits: { type: 'string' },
      'cache-mb': { type: 'string' },
      'redis-url': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    } as const
    return parseArgs({ args, options }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}
