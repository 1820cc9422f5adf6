declare module 'dynalite' {
  import type { Server } from 'node:http'

  /** A DynamoDB in this process, its tables in memory. */
  export default function dynalite(options?: {
    /** Default 500. */
    createTableMs?: number
    deleteTableMs?: number
    updateTableMs?: number
  }): Server
}
