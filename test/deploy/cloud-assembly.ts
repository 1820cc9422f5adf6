import { createHash } from 'node:crypto'
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// biome-ignore lint/suspicious/noExplicitAny: CloudFormation's properties are as many as its types
type Properties = any

export interface Resource {
  Type: string
  Properties?: Properties
  DependsOn?: string | string[]
  Metadata?: Record<string, string>
}

export interface Template {
  Resources: Record<string, Resource>
  Outputs?: Record<string, unknown>
}

interface StackFile {
  stack: string
  template: Template
}

interface Manifest {
  artifacts: Record<string, { type: string; properties?: { templateFile?: string } }>
}

const readJson = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8'))

const templateFiles = (dir: string): { stack: string; file: string }[] =>
  Object.entries(readJson<Manifest>(join(dir, 'manifest.json')).artifacts)
    .filter(([, { type }]) => type === 'aws:cloudformation:stack')
    .map(([stack, { properties }]) => ({ stack, file: properties!.templateFile! }))

/** The templates of a synthesized app. */
const readTemplates = (dir: string): StackFile[] =>
  templateFiles(dir).map(({ stack, file }) => ({ stack, template: readJson(join(dir, file)) }))

/**
 * Replaces the templates of a synthesized app. The CDK uploads a template under the hash of its text, which the
 * manifests hold, so these follow.
 */
export const changeTemplates = (dir: string, change: (template: Template) => Template): void => {
  const manifestFile = join(dir, 'manifest.json')
  let manifest = readFileSync(manifestFile, 'utf8')
  for (const { file } of templateFiles(dir)) {
    const text = JSON.stringify(change(readJson(join(dir, file))), undefined, 1)
    writeFileSync(join(dir, file), text)
    const assetsFile = join(dir, file.replace('.template.', '.assets.'))
    const assets = readFileSync(assetsFile, 'utf8')
    const old = hashOf(JSON.parse(assets), file)
    const hash = createHash('sha256').update(text).digest('hex')
    writeFileSync(assetsFile, assets.replaceAll(old, hash))
    manifest = manifest.replaceAll(old, hash)
  }
  writeFileSync(manifestFile, manifest)
}

interface Assets {
  files: Record<string, { source: { path: string } }>
  dockerImages: Record<string, unknown>
}

/** No image is built and pushed by a deployment; the templates still name them. */
export const dropImages = (dir: string): void => {
  for (const { file } of templateFiles(dir)) {
    const assetsFile = join(dir, file.replace('.template.', '.assets.'))
    const assets = { ...readJson<Assets>(assetsFile), dockerImages: {} }
    writeFileSync(assetsFile, JSON.stringify(assets, undefined, 1))
  }
}

const hashOf = ({ files }: Assets, path: string): string => {
  const [id] = Object.entries(files).find(([, { source }]) => source.path === path)!
  return id.split('-')[0]!
}

export const resourcesOf = (dir: string, ...types: string[]): Resource[] =>
  readTemplates(dir)
    .flatMap(({ template }) => Object.values(template.Resources))
    .filter(({ Type }) => types.includes(Type))

/** Changes the code of the function of that name, as somebody who edits it would: it is uploaded under a new hash. */
export const changeCode = (dir: string, functionName: string, change: (folder: string) => void): void => {
  const found = resourcesOf(dir, 'AWS::Lambda::Function').find(
    ({ Properties }) => Properties.FunctionName === functionName,
  )
  const folder = found!.Metadata!['aws:asset:path']!
  const old = folder.replace(/^asset\./, '')
  const hash = createHash('sha256').update(`${old} changed`).digest('hex')
  cpSync(join(dir, folder), join(dir, `asset.${hash}`), { recursive: true })
  change(join(dir, `asset.${hash}`))
  for (const name of readdirSync(dir).filter((file) => file.endsWith('.json'))) {
    const file = join(dir, name)
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(old, hash))
  }
  changeTemplates(dir, (template) => template)
}
