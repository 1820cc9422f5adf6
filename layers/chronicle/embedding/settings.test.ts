import { expect, it } from 'vitest'
import { readEnvironment } from '#platform/config/environment'
import { createEmbedder, embedderSettings } from './settings.ts'

const embedderOf = (variables: NodeJS.ProcessEnv) =>
  createEmbedder(readEnvironment('the function chronicle', embedderSettings, variables))

it('is the hashing one where nothing is set, and none where it is off', () => {
  expect(embedderOf({})).toMatchObject({ name: 'hashing.v1/256', dimensions: 256 })
  expect(embedderOf({ EMBEDDER: 'off' })).toBeUndefined()
})

it('is Bedrock’s where it is asked for, in the function’s region', () => {
  const bedrock = { EMBEDDER: 'bedrock', AWS_REGION: 'eu-central-1' }
  expect(embedderOf(bedrock)).toMatchObject({ name: 'amazon.titan-embed-text-v2:0/256', dimensions: 256 })
  expect(embedderOf({ ...bedrock, EMBEDDER_MODEL: 'mine', EMBEDDER_DIMENSIONS: '1024' })).toMatchObject({
    name: 'mine/1024',
  })
})

it('names what is wrong', () => {
  expect(() => embedderOf({ EMBEDDER: 'openai' })).toThrow('EMBEDDER: must be hashing, bedrock or off')
  expect(() => embedderOf({ EMBEDDER_DIMENSIONS: '300' })).toThrow(
    'EMBEDDER_DIMENSIONS: must be one of 256, 512, 1024',
  )
  expect(() => embedderOf({ EMBEDDER: 'bedrock' })).toThrow('EMBEDDER_REGION: is missing')
})
