import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'

/** A resource as the CDK wrote it: its properties may hold references instead of values. */
export interface Resource {
  stack: string
  /** Logical id, unique in its stack. */
  id: string
  type: string
  properties: Record<string, unknown>
}

/** The templates of one synthesized app. */
export interface Assembly {
  resources: Resource[]
  /** Values that one stack has for others. */
  outputs: { stack: string; id: string; exportName: unknown; value: unknown }[]
}

const manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      properties: z.looseObject({}).optional(),
    }),
  ),
})

const template = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
  Outputs: z
    .record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.unknown() }).optional() }))
    .default({}),
})

const parseTemplate = (stack: string, text: string): Assembly => {
  const { Resources, Outputs } = template.parse(JSON.parse(text))
  return {
    resources: Object.entries(Resources).map(([id, { Type, Properties }]) => ({
      ...{ stack, id, type: Type, properties: Properties },
    })),
    outputs: Object.entries(Outputs).map(([id, { Value, Export }]) => ({
      ...{ stack, id, exportName: Export?.Name, value: Value },
    })),
  }
}

const joinAssemblies = (assemblies: Assembly[]): Assembly => ({
  resources: assemblies.flatMap(({ resources }) => resources),
  outputs: assemblies.flatMap(({ outputs }) => outputs),
})

/**
 * The stacks of a folder that `cdk synth` wrote, those of nested assemblies too.
 *
 * @throws Error where the folder holds none.
 */
export const readAssembly = async (folder: string): Promise<Assembly> => {
  const { artifacts } = manifest.parse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')))
  const parts = await Promise.all(
    Object.entries(artifacts).map(async ([name, { type, properties }]): Promise<Assembly[]> => {
      if (type === 'cdk:cloud-assembly')
        return [await readAssembly(join(folder, String(properties?.directoryName)))]
      if (type !== 'aws:cloudformation:stack') return []
      const text = await readFile(join(folder, String(properties?.templateFile)), 'utf8')
      return [parseTemplate(String(properties?.stackName ?? name), text)]
    }),
  )
  const assembly = joinAssemblies(parts.flat())
  if (assembly.resources.length === 0) throw new Error(`${folder} holds no stack with a resource`)
  return assembly
}

/** The resource with that ARN, where it is put together out of the resource's explicit name: `…:NAME`. */
export const namedIn = (
  { resources }: Assembly,
  arn: unknown,
  type: string,
  nameProperty: string,
): Resource | undefined =>
  resources.find(
    (resource) =>
      resource.type === type && JSON.stringify(arn).includes(`:${resource.properties[nameProperty]}"`),
  )

/** The resource that a property refers to, in this stack or another; undefined for what is none of the app's. */
export const referenced = (
  { resources, outputs }: Assembly,
  stack: string,
  value: unknown,
): Resource | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  const [[key, of] = []] = Object.entries(value)
  if (key === 'Ref' || key === 'Fn::GetAtt') {
    const id = Array.isArray(of) ? of[0] : of
    return resources.find((resource) => resource.stack === stack && resource.id === id)
  }
  const output = outputs.find(
    (each) =>
      (key === 'Fn::ImportValue' && isDeepStrictEqual(each.exportName, of)) ||
      (key === 'Fn::GetStackOutput' && of.StackName === each.stack && of.OutputName === each.id),
  )
  return output && referenced({ resources, outputs }, output.stack, output.value)
}
