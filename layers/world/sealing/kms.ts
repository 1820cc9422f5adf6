import { DecryptCommand, EncryptCommand, KMSClient, KMSServiceException } from '@aws-sdk/client-kms'
import { KeeperUnavailable, KeyGone } from './errors.ts'
import type { KeyWrapper } from './key-wrapper.ts'

export interface KmsOptions {
  /** Of a compatible server; absent: AWS, or what AWS_ENDPOINT_URL says. */
  endpoint?: string
  region: string
}

/** A client; against a given endpoint it needs no credentials of the user. */
export const createKmsClient = ({ endpoint, region }: KmsOptions): KMSClient =>
  new KMSClient({
    region,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 },
    ...(endpoint === undefined
      ? {}
      : { endpoint, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  })

/** Wraps with a symmetric key of AWS KMS, named by its ARN; the context is KMS's encryption context. */
export const kmsKeyWrapper = (client: KMSClient, keyArn: string): KeyWrapper => ({
  wrap: (key, context) =>
    told(async () => {
      const command = new EncryptCommand({
        ...{ KeyId: keyArn, Plaintext: key, EncryptionContext: { ...context } },
      })
      return (await client.send(command)).CiphertextBlob!
    }),
  unwrap: (wrapped, context) =>
    told(async () => {
      const command = new DecryptCommand({
        ...{ KeyId: keyArn, CiphertextBlob: wrapped, EncryptionContext: { ...context } },
      })
      return (await client.send(command)).Plaintext!
    }),
})

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html#API_Decrypt_Errors */
const goneErrors = new Set([
  'InvalidCiphertextException',
  'IncorrectKeyException',
  'NotFoundException',
  'DisabledException',
  'InvalidKeyUsageException',
  'KMSInvalidStateException',
])

const told = async <T>(call: () => Promise<T>): Promise<T> => {
  try {
    return await call()
  } catch (error) {
    const { name } = error as Error
    if (goneErrors.has(name)) throw new KeyGone(`KMS does not wrap or unwrap a data key: ${name}`)
    // not allowed, or not said right: a fault of the deployment, which waiting does not mend
    if (error instanceof KMSServiceException && error.$fault === 'client' && error.$retryable === undefined)
      throw error
    throw new KeeperUnavailable(`KMS cannot be reached: ${name}`, { cause: error })
  }
}
