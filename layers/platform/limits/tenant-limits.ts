import * as z from 'zod'
import { bodyLimitBytes } from '../http/dispatch.ts'
import { requestCost } from './rate-limiter.ts'

const tenantLimit = z
  .strictObject({
    /** Tokens a second; a request takes one, and one for each 64 KiB of its body that it begins. */
    requestsPerSecond: z.number('must be a number').min(0.01).max(1_000_000),
    /** Tokens of a full bucket. */
    burst: z.int('must be a whole number').max(1_000_000),
    /** Of a request body; default and most: what the API takes from anybody. */
    bodyBytes: z.int('must be a whole number').min(1).max(bodyLimitBytes).default(bodyLimitBytes),
  })
  .superRefine(({ burst, bodyBytes }, context) => {
    const largest = requestCost(bodyBytes)
    if (burst >= largest) return
    const message = `must be at least ${largest}, what a request with a body of ${bodyBytes} bytes takes`
    context.addIssue({ code: 'custom', path: ['burst'], message })
  })

/** What each tenant may send: a setting of a stage, TENANT_LIMITS, `--limits`. */
export const tenantLimits = z.strictObject(
  {
    default: tenantLimit,
    tenants: z.record(z.string(), tenantLimit).default({}),
  },
  'must be JSON such as {"default": {"requestsPerSecond": 50, "burst": 200}}',
)

type TenantLimit = z.output<typeof tenantLimit>
export type TenantLimits = z.output<typeof tenantLimits>

/** The text of a setting as limits; each message names its field. */
export const tenantLimitsJson = z.string('is missing').transform((text, context) => {
  const parsed = tenantLimits.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  for (const { path, message } of parsed.error.issues)
    context.addIssue({ code: 'custom', message: `${path.join('.')} ${message}`.trim() })
  return z.NEVER
})

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The limit of one tenant: its own, or the one of all that have none. */
export const limitOf = ({ default: usual, tenants }: TenantLimits, tenantId: string): TenantLimit =>
  Object.hasOwn(tenants, tenantId) ? tenants[tenantId]! : usual
