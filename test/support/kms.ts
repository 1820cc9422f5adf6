import { createSecretKey, randomBytes } from 'node:crypto'
import { decrypt, encrypt } from '#world/sealing/aes-gcm'
import { type HttpStub, startHttpStub } from './http-stub.ts'

/** A server that speaks as much of AWS KMS as a key wrapper asks for, and does encrypt. */
export interface LocalKms extends HttpStub {
  keyArn: string
  /** What the next calls are refused with; undefined: they are answered. */
  refuseWith(error: { name: string; status: number } | undefined): void
}

interface Call {
  KeyId: string
  Plaintext?: string
  CiphertextBlob?: string
  EncryptionContext: Record<string, string>
}

export const startLocalKms = async (): Promise<LocalKms> => {
  const keyArn = 'arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000001'
  const key = createSecretKey(randomBytes(32))
  let refusal: { name: string; status: number } | undefined
  const refused = (name: string, status = 400) => ({ status, body: { __type: name, message: 'no' } })
  const stub = await startHttpStub(({ headers, body }) => {
    if (refusal !== undefined) return refused(refusal.name, refusal.status)
    const call = body as Call
    if (call.KeyId !== keyArn) return refused('NotFoundException')
    const bound = JSON.stringify(Object.entries(call.EncryptionContext).sort())
    if (headers['x-amz-target'] === 'TrentService.Encrypt') {
      const bytes = encrypt(key, Buffer.from(call.Plaintext!, 'base64'), bound)
      return { status: 200, body: { KeyId: keyArn, CiphertextBlob: bytes.toString('base64') } }
    }
    const bytes = decrypt(key, Buffer.from(call.CiphertextBlob!, 'base64'), bound)
    if (bytes === undefined) return refused('InvalidCiphertextException')
    return { status: 200, body: { KeyId: keyArn, Plaintext: bytes.toString('base64') } }
  })
  return {
    ...stub,
    keyArn,
    refuseWith: (error) => {
      refusal = error
    },
  }
}
