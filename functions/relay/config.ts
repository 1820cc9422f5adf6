import * as z from 'zod'

const environment = z.object({
  /** As orrery_relay. */
  DATABASE_URL: z.url(),
  AWS_REGION: z.string().min(1),
  /** Of a LocalStack-compatible server; absent: AWS. */
  SQS_ENDPOINT: z.url().optional(),
  DOORBELL_QUEUE_URL: z.url(),
  PHYSICS_WAKE_QUEUE_URL: z.url(),
  /** Of slot 0, 1, …, between commas. */
  PHYSICS_SLOT_QUEUE_URLS: z
    .string()
    .transform((urls) => urls.split(','))
    .pipe(z.array(z.url()).min(1)),
})

export type RelayConfig = Readonly<z.output<typeof environment>>

/** @throws ZodError that names each setting that is missing or wrong */
export const readRelayConfig = (env: NodeJS.ProcessEnv): RelayConfig => Object.freeze(environment.parse(env))
