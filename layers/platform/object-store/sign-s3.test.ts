import { describe, expect, it } from 'vitest'
import { signS3 } from './sign-s3.ts'

// The examples of https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}
const at = new Date('2013-05-24T00:00:00Z')
const url = (path: string) => new URL(`https://examplebucket.s3.amazonaws.com/${path}`)

const signatureOf = async (request: Parameters<typeof signS3>[0]): Promise<string> =>
  (await signS3(request, credentials, 'us-east-1', at)).authorization!.split('Signature=')[1]!

describe('the signature of S3', () => {
  it('of a GET with a range', async () => {
    const request = { method: 'GET', url: url('test.txt'), headers: { range: 'bytes=0-9' } }
    expect(await signatureOf(request)).toBe(
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    )
  })

  it('of a list', async () => {
    const request = { method: 'GET', url: url('?max-keys=2&prefix=J') }
    expect(await signatureOf(request)).toBe(
      '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    )
  })

  it('covers the token of credentials that expire', async () => {
    const request = { method: 'GET', url: url('test.txt') }
    const signed = await signS3(request, { ...credentials, sessionToken: 'token' }, 'us-east-1', at)
    expect(signed['x-amz-security-token']).toBe('token')
    expect(signed.authorization).toMatch(
      /SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,/,
    )
  })
})
