import { afterEach, describe, expect, it } from 'vitest'
import { createBedrockEmbedder } from '#chronicle/embedding/bedrock-embedder'
import { createHashingEmbedder } from '#chronicle/embedding/hashing-embedder'
import {
  type BedrockAnswer,
  type BedrockRequest,
  type BedrockStub,
  startBedrockStub,
} from '../support/bedrock.ts'
import { describeEmbedder } from './embedder-suite.ts'

describeEmbedder(
  'hashing',
  async () => createHashingEmbedder(),
  async () => {},
)

/** The model's protocol, with vectors that the hashing embedder makes, twice as long as they should be. */
const titan = async ({ body }: BedrockRequest): Promise<BedrockAnswer> => {
  if (body.inputText === '')
    return { status: 400, error: 'ValidationException', body: { message: 'minLength: 1' } }
  const [vector] = await createHashingEmbedder().embed([body.inputText])
  return {
    status: 200,
    body: { embedding: Array.from(vector!, (value) => value * 2), inputTextTokenCount: 3 },
  }
}

const options = { model: 'amazon.titan-embed-text-v2:0', dimensions: 256, region: 'eu-central-1' } as const

let conforming: BedrockStub
describeEmbedder(
  'Bedrock',
  async () => {
    conforming = await startBedrockStub(titan)
    return createBedrockEmbedder({ ...options, endpoint: conforming.url })
  },
  () => conforming.stop(),
)

describe('Bedrock’s protocol', () => {
  let stub: BedrockStub
  const open = async (answer: Parameters<typeof startBedrockStub>[0], more: object = {}) => {
    stub = await startBedrockStub(answer)
    return createBedrockEmbedder({ ...options, endpoint: stub.url, attempts: 1, ...more })
  }
  afterEach(() => stub.stop())

  it('is one signed request a text, to the model, for the dimensions', async () => {
    const embedder = await open(titan)
    await embedder.embed(['the old mill'])
    expect(stub.requests).toHaveLength(1)
    const [{ method, path, headers, body }] = stub.requests as [BedrockRequest]
    expect([method, decodeURIComponent(path)]).toEqual(['POST', '/model/amazon.titan-embed-text-v2:0/invoke'])
    expect(body).toEqual({ inputText: 'the old mill', dimensions: 256, normalize: true })
    expect(headers).toMatchObject({ 'content-type': 'application/json', accept: 'application/json' })
    expect(headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=local\/\d{8}\/eu-central-1\/bedrock\/aws4_request, SignedHeaders=[^,]*x-amz-date[^,]*, Signature=[0-9a-f]{64}$/,
    )
  })

  it('has no more requests underway than it may', async () => {
    const embedder = await open(titan, { concurrency: 3 })
    await embedder.embed(Array.from({ length: 30 }, (_, n) => `text ${n}`))
    expect(stub.requests).toHaveLength(30)
    expect(stub.mostAtOnce()).toBeLessThanOrEqual(3)
  })

  it('tries again where there were too many requests', async () => {
    let times = 0
    const busy = { status: 429, error: 'ThrottlingException', body: { message: 'slow down' } }
    const embedder = await open((request) => (++times < 3 ? busy : titan(request)), { attempts: 3 })
    expect(await embedder.embed(['the old mill'])).toHaveLength(1)
    expect(stub.requests).toHaveLength(3)
  })

  it.each([
    [429, 'ThrottlingException', 'embedder-busy'],
    [503, 'ServiceUnavailableException', 'embedder-busy'],
    [429, 'ModelNotReadyException', 'embedder-busy'],
    [403, 'AccessDeniedException', 'embedder-refused'],
    [400, 'ValidationException', 'embedder-refused'],
    [404, 'ResourceNotFoundException', 'embedder-refused'],
  ])('says what %i %s means', async (status, error, code) => {
    const embedder = await open(() => ({ status, error, body: { message: 'no' } }))
    const failure = embedder.embed(['a'])
    await expect(failure).rejects.toMatchObject({ code, message: `${error}: no`, cause: { name: error } })
  })

  it.each([{ embedding: [1, 2] }, { embedding: 'x' }, {}])('takes %o for no vector', async (body) => {
    const embedder = await open(() => ({ status: 200, body }))
    await expect(embedder.embed(['a'])).rejects.toMatchObject({ code: 'embedder-answer' })
  })

  it('begins nothing more after a failure', async () => {
    const refusal = { status: 403, error: 'AccessDeniedException', body: { message: 'no' } }
    const embedder = await open(() => refusal, { concurrency: 2 })
    await expect(embedder.embed(Array.from({ length: 50 }, () => 'a'))).rejects.toMatchObject({
      code: 'embedder-refused',
    })
    expect(stub.requests.length).toBeLessThanOrEqual(2)
  })

  it('is for now where nobody answers', async () => {
    const embedder = await open(titan)
    await stub.stop()
    await expect(embedder.embed(['a'])).rejects.toMatchObject({ code: 'embedder-busy' })
    stub = await startBedrockStub(titan)
  })
})
