import * as z from 'zod'
import { fieldErrors } from '#platform/http/dispatch'
import type { FieldError } from '#platform/http/problem'
import { type ApiCaller, ApiProblem } from './api-caller.ts'

/** What a session of a client works with. */
export interface ToolContext {
  api: ApiCaller
  /** For tools that are called without `world`. */
  defaultWorld: string
  /** The same for each session of one caller, and of no other: it stands in the names of forks. */
  caller: string
  now: () => Date
}

export interface ToolAnswer {
  /** One line, for a reader. */
  text: string
  content: Record<string, unknown>
}

/** A tool of the server: a few requests of the API under one name. */
export interface Tool {
  name: string
  title: string
  /** For a language model: what it answers, and when to call it. */
  description: string
  input: z.ZodObject
  kind: 'read' | 'write' | 'destroy'
  /** @throws ApiProblem */
  run(context: ToolContext, args: unknown): Promise<ToolAnswer>
}

/** Defines a tool with its arguments typed by its schema. */
export const tool = <Input extends z.ZodObject>(definition: {
  name: string
  title: string
  description: string
  input: Input
  kind: Tool['kind']
  run(context: ToolContext, args: z.output<Input>): Promise<ToolAnswer>
}): Tool => definition as unknown as Tool

/** Arguments of a call, with the session's world. @throws ApiProblem that names the fields */
export const parseArguments = ({ input }: Tool, { defaultWorld }: ToolContext, given: unknown): unknown => {
  const args = 'world' in input.shape ? { world: defaultWorld, ...(given as object) } : (given ?? {})
  const { data, error } = input.safeParse(args)
  if (error === undefined) return data
  throw refuseArguments(error.issues.slice(0, 10).flatMap((issue) => fieldErrors(issue, '')))
}

/** Arguments that no request can be made of. */
export const refuseArguments = (errors: FieldError[]): ApiProblem => {
  const detail = errors.map(({ field, message }) => `${field}: ${message}`).join('; ')
  return new ApiProblem({ type: 'about:blank', title: 'Invalid arguments', status: 400, detail, errors })
}

/** The tool as `tools/list` has it. */
export const describeTool = ({ name, title, description, input, kind }: Tool, defaultWorld: string) => ({
  ...{ name, title, description },
  inputSchema: withDefaultWorld(
    z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as JsonSchema,
    defaultWorld,
  ),
  annotations: {
    title,
    readOnlyHint: kind === 'read',
    ...(kind !== 'read' && { destructiveHint: kind === 'destroy' }),
    openWorldHint: false,
  },
})

interface JsonSchema {
  type: 'object'
  properties?: Record<string, object>
  required?: string[]
  [key: string]: unknown
}

const withDefaultWorld = (
  { properties, required, ...rest }: JsonSchema,
  defaultWorld: string,
): JsonSchema => ({
  ...rest,
  properties: {
    ...properties,
    ...(properties?.world !== undefined && { world: { ...properties.world, default: defaultWorld } }),
  },
  required: (required ?? []).filter((name) => name !== 'world'),
})
