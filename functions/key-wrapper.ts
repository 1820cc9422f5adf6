import type { KeyWrapper } from '#world/sealing/key-wrapper'

/**
 * The KMS key of that ARN; undefined without one: sensitive component types are switched off. KMS's client is loaded when
 * a data key is wrapped or unwrapped first.
 */
export const functionKeyWrapper = (keyArn: string | undefined, region: string): KeyWrapper | undefined => {
  if (keyArn === undefined) return undefined
  let opening: Promise<KeyWrapper> | undefined
  const open = (): Promise<KeyWrapper> => {
    opening ??= import('#world/sealing/kms').then(({ createKmsClient, kmsKeyWrapper }) =>
      kmsKeyWrapper(createKmsClient({ region }), keyArn),
    )
    return opening
  }
  return {
    wrap: async (key, context) => (await open()).wrap(key, context),
    unwrap: async (wrapped, context) => (await open()).unwrap(wrapped, context),
  }
}
