import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { KeeperUnavailable, KeyGone } from '#world/sealing/errors'
import { createKmsClient, kmsKeyWrapper } from '#world/sealing/kms'
import { localKeyFile } from '#world/sealing/local-key-file'
import { type LocalKms, startLocalKms } from '../support/kms.ts'
import { describeKeyWrapper } from './key-wrapper-suite.ts'

// KMS here is a server of our own that speaks its protocol and encrypts; the real one has not been asked.
let folder: string
let kms: LocalKms
let otherKms: LocalKms
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-keys-'))
  kms = await startLocalKms()
  otherKms = await startLocalKms()
})
afterAll(async () => {
  await Promise.all([kms?.stop(), otherKms?.stop()])
  rmSync(folder, { recursive: true, force: true })
})

const region = 'eu-central-1'
const onKms = ({ url, keyArn }: LocalKms) => kmsKeyWrapper(createKmsClient({ endpoint: url, region }), keyArn)

describeKeyWrapper(
  'local key file',
  () => localKeyFile(join(folder, 'key')),
  () => localKeyFile(join(folder, 'other-key')),
)
describeKeyWrapper(
  'KMS',
  () => onKms(kms),
  () => onKms(otherKms),
)

describe('the local key file', () => {
  it('is 32 bytes that its owner alone may read, and is left as it is when it is there', async () => {
    const path = join(folder, 'made')
    const wrapped = await localKeyFile(path).wrap(Buffer.alloc(32), {})
    const { mode, size } = statSync(path)
    expect([mode & 0o777, size]).toEqual([0o600, 32])
    expect(await localKeyFile(path).unwrap(wrapped, {})).toEqual(Buffer.alloc(32))
  })

  it('is refused where it has another size', () => {
    const path = join(folder, 'short')
    writeFileSync(path, 'short')
    expect(() => localKeyFile(path)).toThrow(`${path} has 5 bytes`)
  })
})

describe('KMS', () => {
  afterEach(() => kms.refuseWith(undefined))

  it.each([
    ['DisabledException', 400, KeyGone],
    ['NotFoundException', 400, KeyGone],
    ['KMSInvalidStateException', 400, KeyGone],
    ['KMSInternalException', 500, KeeperUnavailable],
    ['DependencyTimeoutException', 503, KeeperUnavailable],
  ])('that answers %s (%i) is told from one that is away', async (name, status, error) => {
    kms.refuseWith({ name, status })
    await expect(onKms(kms).wrap(Buffer.alloc(32), {})).rejects.toThrow(error)
  })

  it('that does not allow it is a fault of ours', async () => {
    kms.refuseWith({ name: 'AccessDeniedException', status: 400 })
    await expect(onKms(kms).wrap(Buffer.alloc(32), {})).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
  })

  it('that nobody answers for is away', async () => {
    const gone = await startLocalKms()
    await gone.stop()
    await expect(onKms(gone).wrap(Buffer.alloc(32), {})).rejects.toThrow(KeeperUnavailable)
  })
})
