import type { RuleTable } from '../rules/rule-table.ts'
import type { ChronicleSettings } from '../settings.ts'
import type { OperationIndex } from './operations.ts'

/** One generation of a world's derivation, and what it is derived by. */
export interface DerivationScope {
  worldId: string
  tenantId: string
  generation: number
  /** The one that holds; the same, or what is built has its place beside it. */
  liveGeneration: number
  rules: RuleTable
  settings: ChronicleSettings
  operations: OperationIndex
}
