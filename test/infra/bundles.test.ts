import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { bundleAll, functionNames } from '../../infra/bundles.ts'
import { bundleFunction } from '../../scripts/bundle/bundle.ts'

const scratch = mkdtempSync(join(tmpdir(), 'orrery-bundles-'))
afterAll(() => rmSync(scratch, { recursive: true }))

test('every function becomes modules with their source maps; the same code is the same folder', async () => {
  const [first, second] = await Promise.all([bundleAll(), bundleAll()])
  expect(second).toEqual(first)
  for (const name of functionNames) {
    expect(basename(first[name])).toMatch(new RegExp(`^${name}-[0-9a-f]{16}$`))
    const files = readdirSync(first[name]).filter((file) => file !== 'migrations')
    expect(files).toEqual(expect.arrayContaining(['index.mjs', 'index.mjs.map']))
    for (const file of files) expect(file).toMatch(/\.mjs(\.map)?$/)
  }
})

test('the migrations lie beside the code that runs them', async () => {
  const { migrate, relay } = await bundleAll()
  const migrations = readdirSync('layers/platform/migrations').sort()
  expect(readdirSync(join(migrate, 'migrations')).sort()).toEqual(migrations)
  expect(readdirSync(relay)).not.toContain('migrations')
})

test('a bundle that holds the SDK and pg is loaded without node_modules', async () => {
  const folder = join(scratch, 'relay')
  await bundleFunction('functions/relay/handler.ts', folder)
  const module = await import(/* @vite-ignore */ join(folder, 'index.mjs'))
  expect(typeof module.handler).toBe('function')
  const modules = readdirSync(folder).filter((file) => file.endsWith('.mjs'))
  const text = modules.map((file) => readFileSync(join(folder, file), 'utf8')).join('')
  const providers = ['env', 'http', 'ini', 'sso', 'login', 'process', 'web-identity', 'cognito-identity']
  const inside = providers.filter((name) => text.includes(`@aws-sdk/credential-provider-${name}`))
  expect(inside).toEqual(['env', 'http'])
})

test('what cannot be bundled says so', async () => {
  await expect(bundleFunction('functions/relay/no-such-file.ts', scratch)).rejects.toThrow('no-such-file.ts')
})

test('a function with the tools for language models stays small, and the others are without them', async () => {
  const folders = await bundleAll()
  const bytes = readFileSync(join(folders['api-mcp'], 'index.mjs')).byteLength
  // that of api-world, which is in it, has 780 kB
  expect(bytes).toBeLessThan(1_050_000)
  const others = functionNames.filter((name) => name !== 'api-mcp')
  for (const name of others)
    expect(readFileSync(join(folders[name], 'index.mjs'), 'utf8')).not.toContain('modelcontextprotocol')
})

test('the query language, which the tools explain, is in the bundle', async () => {
  const folder = (await bundleAll())['api-mcp']
  const modules = readdirSync(folder).filter((file) => file.endsWith('.mjs'))
  const text = modules.map((file) => readFileSync(join(folder, file), 'utf8')).join('')
  for (const line of ['# The query language', '## What absent values do', '## Limits'])
    expect(text).toContain(line)
  expect(text).not.toContain('docs/query.md"')
})
