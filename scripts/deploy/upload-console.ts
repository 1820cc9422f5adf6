import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { contentTypes } from '#platform/http/static-site'

/** Outputs of the stack of the console, as `cdk deploy --outputs-file` writes them. */
export interface ConsoleOutputs {
  ConsoleBucket: string
  ConsoleRegion: string
  /** JSON, for /config.json. */
  ConsoleConfig: string
  ConsoleUrl: string
}

interface Upload {
  key: string
  body: Buffer
  cacheControl: string
}

const asked = 'no-cache'

/**
 * Puts the built console into its bucket: what has a name that changes with it first, the page that names it last.
 * Nothing is taken away, since pages that are open still ask for what they were made with.
 */
export const uploadConsole = async (
  client: S3Client,
  folder: string,
  outputs: ConsoleOutputs,
): Promise<number> => {
  const files = await filesOf(folder)
  const config = { key: 'config.json', body: Buffer.from(outputs.ConsoleConfig), cacheControl: asked }
  const [page, rest] = [files.filter(isPage), files.filter((file) => !isPage(file))]
  const put = ({ key, body, cacheControl }: Upload) =>
    client.send(
      new PutObjectCommand({
        ...{ Bucket: outputs.ConsoleBucket, Key: key, Body: body, CacheControl: cacheControl },
        ContentType: contentTypes[extname(key)] ?? 'application/octet-stream',
      }),
    )
  await Promise.all([...rest, config].map(put))
  for (const file of page) await put(file)
  return files.length + 1
}

const isPage = ({ key }: Upload): boolean => key === 'index.html'

const filesOf = async (folder: string): Promise<Upload[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && entry.name !== 'build-manifest.json')
  return Promise.all(
    files.map(async ({ parentPath, name }) => {
      const key = relative(folder, join(parentPath, name)).split(sep).join('/')
      const isHashed = key.startsWith('assets/')
      return {
        ...{ key, body: await readFile(join(parentPath, name)) },
        cacheControl: isHashed ? 'public, max-age=31536000, immutable' : asked,
      }
    }),
  )
}
