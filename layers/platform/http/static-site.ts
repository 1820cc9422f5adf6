import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, relative, sep } from 'node:path'
import { gzipSync } from 'node:zlib'
import { hasEntityTag } from './entity-tag.ts'

/** Files that were read once and are served from memory: nothing that a request names leads to the file system. */
export interface StaticSite {
  /** Answers a request for one of its files, or false: the request is somebody else's. */
  serve(request: IncomingMessage, response: ServerResponse): boolean
}

export interface StaticSiteOptions {
  /** Folder of the files; those in `assets/` have names that change with what is in them. */
  folder: string
  /** Further files of JSON, by path. */
  documents: Record<string, object>
  /** Paths that begin so are places within the page, and are answered with index.html. */
  pagePrefix: string
  /** Where the page may connect to beside its own origin. */
  connectTo: readonly string[]
}

interface StaticFile {
  bytes: Buffer
  type: string
  etag: string
  cacheControl: string
  /** Made at the first request that takes it; undefined: it would not be smaller. */
  gzip?: Buffer | undefined
}

/** By the ending of a file's name. */
export const contentTypes: Record<string, string> = {
  ...{ '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8' },
  ...{ '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml', '.json': 'application/json' },
}

/** @throws Error (ENOENT) where there is no such folder, or no index.html in it */
export const readStaticSite = ({
  folder,
  documents,
  pagePrefix,
  connectTo,
}: StaticSiteOptions): StaticSite => {
  const files = new Map<string, StaticFile>(readFiles(folder))
  for (const [path, value] of Object.entries(documents))
    files.set(path, fileOf(path, Buffer.from(JSON.stringify(value))))
  const page = fileOf('/index.html', readFileSync(join(folder, 'index.html')))
  const headers = securityHeaders(connectTo)
  return {
    serve(request, response) {
      const { method = '', url = '' } = request
      if (method !== 'GET' && method !== 'HEAD') return false
      const path = url.split('?', 1)[0]!
      const file = path === '/' || path.startsWith(pagePrefix) ? page : files.get(path)
      if (file === undefined) return false
      answer(file, headers, request, response)
      return true
    },
  }
}

const readFiles = (folder: string): [string, StaticFile][] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => {
      const place = join(parentPath, name)
      const path = `/${relative(folder, place).split(sep).join('/')}`
      return [path, fileOf(path, readFileSync(place))]
    })

const fileOf = (path: string, bytes: Buffer): StaticFile => ({
  bytes,
  type: contentTypes[extname(path)] ?? 'application/octet-stream',
  etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
  cacheControl: path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
})

/** The same as those of infra/stacks/web.ts, but for what asks for https. */
const securityHeaders = (connectTo: readonly string[]): Record<string, string> => ({
  'content-security-policy': contentPolicy(connectTo),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
})

/** What the console needs and nothing else: its own scripts and styles, the API, and whoever signs people in. */
export const contentPolicy = (connectTo: readonly string[]): string =>
  [
    ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:"],
    ["connect-src 'self'", ...connectTo].join(' '),
    ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
  ].join('; ')

const answer = (
  file: StaticFile,
  security: Record<string, string>,
  { method, headers }: IncomingMessage,
  response: ServerResponse,
): void => {
  const { etag, type } = file
  // weak: with gzip the bytes are others
  const shared = {
    ...security,
    etag: `W/${etag}`,
    'cache-control': file.cacheControl,
    vary: 'accept-encoding',
  }
  if (hasEntityTag(headers['if-none-match'], etag)) return void response.writeHead(304, shared).end()
  const gzip = /\bgzip\b/.test(String(headers['accept-encoding'] ?? '')) ? gzipOf(file) : undefined
  const bytes = gzip ?? file.bytes
  response.writeHead(200, {
    ...{ ...shared, 'content-type': type, 'content-length': bytes.length },
    ...(gzip && { 'content-encoding': 'gzip' }),
  })
  response.end(method === 'HEAD' ? undefined : bytes)
}

const gzipOf = (file: StaticFile): Buffer | undefined => {
  if (!('gzip' in file)) {
    const gzip = gzipSync(file.bytes)
    file.gzip = gzip.length < file.bytes.length ? gzip : undefined
  }
  return file.gzip
}
