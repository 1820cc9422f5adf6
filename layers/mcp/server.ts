import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListResourcesRequestSchema,
  ListToolsRequestSchema,
  McpError,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js'
import type { Problem } from '#platform/http/problem'
import { ApiProblem } from './api-caller.ts'
import { resources } from './resources.ts'
import { describeTool, parseArguments, type ToolAnswer, type ToolContext } from './tool.ts'
import { tools } from './tools.ts'

const instructions =
  'Orrery keeps worlds: entities with components, relationships, history, physics and chronicles of what happened. Read with list_worlds, describe_world, query (the resource orrery://query.md has its language) and ask_context. What you write lands in a fork of the world unless you say inPlace; each answer names where it landed, and diff shows what differs. Cite event ids and seqs.'

/**
 * The server of one session, or of one request. What a tool does is asked of the API as `context.api` reaches it, so
 * nothing is allowed here that is not allowed there. The SDK's low-level server: arguments are checked by the tools
 * themselves, since a refusal has to name its field.
 */
export const createMcpServer = (context: ToolContext): Server => {
  const server = new Server(
    { name: 'orrery', title: 'Orrery', version: '0.1.0' },
    { capabilities: { tools: {}, resources: {} }, instructions },
  )
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools.map((tool) => describeTool(tool, context.defaultWorld)),
  }))
  server.setRequestHandler(CallToolRequestSchema, ({ params }) => callTool(context, params))
  server.setRequestHandler(ListResourcesRequestSchema, () => ({
    resources: resources.map(({ read: _, ...described }) => described),
  }))
  server.setRequestHandler(ReadResourceRequestSchema, async ({ params: { uri } }) => {
    const resource = resources.find((known) => known.uri === uri)
    if (resource === undefined) throw new McpError(ErrorCode.InvalidParams, `there is no resource ${uri}`)
    return { contents: [{ uri, mimeType: resource.mimeType, text: await resource.read(context.api) }] }
  })
  return server
}

const callTool = async (
  context: ToolContext,
  { name, arguments: given }: { name: string; arguments?: unknown },
): Promise<CallToolResult> => {
  const tool = tools.find((known) => known.name === name)
  if (tool === undefined) throw new McpError(ErrorCode.InvalidParams, `there is no tool ${name}`)
  try {
    return resultOf(await tool.run(context, parseArguments(tool, context, given)))
  } catch (error) {
    if (error instanceof ApiProblem) return failure(error.problem)
    throw error
  }
}

/** More would fill a model's context with one answer. */
const answerLimitBytes = 1024 * 1024

/** The content stands in the text once more for clients that read only that, as the protocol asks. */
const resultOf = ({ text, content }: ToolAnswer): CallToolResult => {
  const json = JSON.stringify(content)
  if (Buffer.byteLength(json) > answerLimitBytes) return failure(tooLarge)
  return {
    content: [
      { type: 'text', text },
      { type: 'text', text: json },
    ],
    structuredContent: content,
  }
}

const tooLarge: Problem = {
  ...{ type: 'about:blank', title: 'Answer too large', status: 422 },
  detail: `The answer has more than ${answerLimitBytes} bytes; ask for less with a smaller limit.`,
}

const failure = (problem: Problem): CallToolResult => ({
  content: [{ type: 'text', text: `${problem.status} ${problem.title}: ${problem.detail}` }],
  structuredContent: problem,
  isError: true,
})
