import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { createS3Client } from '#platform/object-store/s3'
import { startLocalSqs } from '#platform/queue/local-sqs'
import { uploadConsole } from './upload-console.ts'

test('the console comes into its bucket with types, times to be kept, and what it is to know', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-upload-'))
  // it speaks S3 as well as SQS
  const server = await startLocalSqs()
  const client = createS3Client({ endpoint: server.endpoint, region: 'us-east-1' })
  try {
    mkdirSync(join(folder, 'assets'))
    writeFileSync(join(folder, 'index.html'), '<!doctype html>')
    writeFileSync(join(folder, 'build-manifest.json'), '{}')
    writeFileSync(join(folder, 'assets/index-abc.js'), 'export {}')
    await client.send(new CreateBucketCommand({ Bucket: 'console' }))
    const outputs = {
      ConsoleBucket: 'console',
      ConsoleRegion: '',
      ConsoleUrl: '',
      ConsoleConfig: '{"apiUrl":""}',
    }
    expect(await uploadConsole(client, folder, outputs)).toBe(3)
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: 'console' }))
    expect(Contents!.map(({ Key }) => Key).sort()).toEqual([
      'assets/index-abc.js',
      'config.json',
      'index.html',
    ])
    const get = async (Key: string) => {
      const { Body, ContentType, CacheControl } = await client.send(
        new GetObjectCommand({ Bucket: 'console', Key }),
      )
      return [await Body!.transformToString(), ContentType, CacheControl]
    }
    expect(await get('index.html')).toEqual(['<!doctype html>', 'text/html; charset=utf-8', 'no-cache'])
    expect(await get('config.json')).toEqual(['{"apiUrl":""}', 'application/json', 'no-cache'])
    expect((await get('assets/index-abc.js')).slice(1)).toEqual([
      ...['text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
    ])
  } finally {
    client.destroy()
    await server.stop()
    rmSync(folder, { recursive: true })
  }
})
