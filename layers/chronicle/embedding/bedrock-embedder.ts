import {
  BedrockRuntimeClient,
  BedrockRuntimeServiceException,
  InvokeModelCommand,
} from '@aws-sdk/client-bedrock-runtime'
import * as z from 'zod'
import { mapConcurrently } from '#platform/map-concurrently'
import { checkTexts, type Embedder, EmbeddingFailed, isBlank, normalise } from './embedder.ts'

export interface BedrockOptions {
  /** Titan Text Embeddings v2, or another model with its request and response. */
  model: string
  dimensions: BedrockDimensions
  region: string
  /** Of a stand-in; absent: AWS. */
  endpoint?: string
  /** Requests at once, each with one text: the model takes no more. Default 8. */
  concurrency?: number
  /** Tries of one request, with the SDK's waits between them; default 5. */
  attempts?: number
}

export const bedrockDimensions = [256, 512, 1_024] as const
export type BedrockDimensions = (typeof bedrockDimensions)[number]

export const defaultBedrockModel = 'amazon.titan-embed-text-v2:0'

/** A cautious guess, as no texts of a world were measured: what is related comes to much more. */
const floor = 0.2

/** https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html */
export const createBedrockEmbedder = (options: BedrockOptions): Embedder => {
  const { model, dimensions, concurrency = 8 } = options
  const client = createClient(options)
  const embedOne = async (text: string): Promise<Float32Array> => {
    if (isBlank(text)) return new Float32Array(dimensions)
    const body = JSON.stringify({ inputText: text, dimensions, normalize: true })
    const json = { contentType: 'application/json', accept: 'application/json' }
    return readVector(
      await client.send(new InvokeModelCommand({ modelId: model, body, ...json })).catch(fail),
      dimensions,
    )
  }
  return {
    name: `${model}/${dimensions}`,
    dimensions,
    floor,
    embed: async (texts) => {
      checkTexts(texts)
      return mapConcurrently(texts, concurrency, embedOne)
    },
  }
}

const createClient = ({ region, endpoint, attempts = 5 }: BedrockOptions): BedrockRuntimeClient =>
  new BedrockRuntimeClient({
    region,
    maxAttempts: attempts,
    // AWS documents no name of this service with addresses of IPv6: it is reached by the VPC's endpoint for it, which
    // answers to the usual name
    useDualstackEndpoint: false,
    ...(endpoint !== undefined && {
      endpoint,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    }),
  })

const fail = (error: unknown): never => {
  const { name, message } = error as Error
  const status = error instanceof BedrockRuntimeServiceException ? error.$metadata.httpStatusCode : undefined
  const isRefused = status !== undefined && status < 500 && !busy.has(name)
  throw new EmbeddingFailed(isRefused ? 'embedder-refused' : 'embedder-busy', `${name}: ${message}`, {
    cause: error,
  })
}

// of 429 and 408, beside faults of 500 and more
const busy = new Set(['ThrottlingException', 'ModelNotReadyException', 'ModelTimeoutException'])

const answer = z.object({ embedding: z.array(z.number()) })

const readVector = ({ body }: { body: Uint8Array }, dimensions: number): Float32Array => {
  let parsed: z.output<typeof answer>
  try {
    parsed = answer.parse(JSON.parse(new TextDecoder().decode(body)))
  } catch (cause) {
    throw new EmbeddingFailed('embedder-answer', 'The model answered no vector', { cause })
  }
  const { length } = parsed.embedding
  if (length !== dimensions)
    throw new EmbeddingFailed('embedder-answer', `The model answered ${length} numbers, not ${dimensions}`)
  return normalise(Float32Array.from(parsed.embedding))
}
