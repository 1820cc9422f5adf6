import * as z from 'zod'
import { bedrockDimensions, createBedrockEmbedder, defaultBedrockModel } from './bedrock-embedder.ts'
import type { Embedder } from './embedder.ts'
import { createHashingEmbedder } from './hashing-embedder.ts'

const dimensionTexts = bedrockDimensions.map(String)

/** Part of the environment of what embeds events or questions about them. */
export const embedderSettings = z
  .object({
    EMBEDDER: z.enum(['hashing', 'bedrock', 'off'], 'must be hashing, bedrock or off').default('hashing'),
    /** Of Bedrock. */
    EMBEDDER_MODEL: z.string().default(defaultBedrockModel),
    EMBEDDER_DIMENSIONS: z
      .enum(dimensionTexts, `must be one of ${dimensionTexts.join(', ')}`)
      .default('256')
      .transform((text) => bedrockDimensions.find((dimensions) => String(dimensions) === text)!),
    /** Default: the function's own region. */
    EMBEDDER_REGION: z.string().optional(),
    AWS_REGION: z.string().optional(),
  })
  .refine(
    ({ EMBEDDER, EMBEDDER_REGION, AWS_REGION }) => {
      return EMBEDDER !== 'bedrock' || (EMBEDDER_REGION ?? AWS_REGION) !== undefined
    },
    { path: ['EMBEDDER_REGION'], message: 'is missing' },
  )

export type EmbedderSettings = z.output<typeof embedderSettings>

/** The embedder of the settings; undefined: search goes without vectors. */
export const createEmbedder = (settings: EmbedderSettings): Embedder | undefined => {
  const { EMBEDDER, EMBEDDER_MODEL, EMBEDDER_DIMENSIONS, EMBEDDER_REGION, AWS_REGION } = settings
  if (EMBEDDER === 'off') return undefined
  if (EMBEDDER === 'hashing') return createHashingEmbedder()
  return createBedrockEmbedder({
    model: EMBEDDER_MODEL,
    dimensions: EMBEDDER_DIMENSIONS,
    region: (EMBEDDER_REGION ?? AWS_REGION)!,
  })
}
