import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import type { Command } from '#world/commands'

/** What follows from a window: its manifest, and commands in parts that are written one after the other. */
export interface PluginPlan {
  manifest: number
  /** Last tick of the window. */
  tick: number
  parts: Command[][]
}

/** Commands of one request. */
const commandsAtOnce = 10_000

export const planOf = (manifest: number, tick: number, commands: readonly Command[]): PluginPlan => {
  const parts: Command[][] = []
  for (let from = 0; from < commands.length; from += commandsAtOnce)
    parts.push(commands.slice(from, from + commandsAtOnce))
  return { manifest, tick, parts }
}

/** A zstd frame of lines of JSON: the head, then each part. */
export const encodePlan = ({ parts, ...head }: PluginPlan): Promise<Buffer> =>
  promisify(zstdCompress)([head, ...parts].map((line) => JSON.stringify(line)).join('\n'))

/** @throws Error for bytes that `encodePlan` did not write. */
export const decodePlan = async (bytes: Uint8Array): Promise<PluginPlan> => {
  const [head, ...parts] = (await promisify(zstdDecompress)(bytes)).toString().split('\n')
  return {
    ...(JSON.parse(head!) as Omit<PluginPlan, 'parts'>),
    parts: parts.map((part) => JSON.parse(part) as Command[]),
  }
}
