import type pg from 'pg'
import type { ChronicleSettings } from '../../settings.ts'

/** Where a question is answered from the entities and from what the projection keeps. */
export interface EcsScope {
  client: pg.ClientBase
  worldId: string
  settings: ChronicleSettings
  /** The derivation that holds. */
  generation: number
  /** null: now. */
  asOf: number | null
}
