import { thermalExchange } from './exchange.ts'
import type { CommitPlugin } from './plugins.ts'

/** What acts on worlds at each window of their first layer, in this order. */
export const commitPlugins: readonly CommitPlugin[] = [thermalExchange]
