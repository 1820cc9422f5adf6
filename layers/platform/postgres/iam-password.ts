import { Signer } from '@aws-sdk/rds-signer'

/**
 * The password of a role that logs in by AWS IAM: a token for the host, port and role of `connectionString`, made
 * anew each time. It is signed here, without a call, and is good for 15 minutes.
 */
export const iamPassword = (connectionString: string, region: string): (() => Promise<string>) => {
  const { hostname, port, username } = new URL(connectionString)
  const role = decodeURIComponent(username)
  const signer = new Signer({ hostname, port: Number(port || 5432), username: role, region })
  return () => signer.getAuthToken()
}
