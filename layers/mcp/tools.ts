import { readTools } from './read-tools.ts'
import { storyTools } from './story-tools.ts'
import type { Tool } from './tool.ts'
import { writeTools } from './write-tools.ts'

/** Every tool of the server. */
export const tools: Tool[] = [...readTools, ...storyTools, ...writeTools]
