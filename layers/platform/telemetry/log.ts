/**
 * Says a line about what goes on. A function that takes the line alone is one too: what only a person on a laptop
 * reads needs no fields. Neither holds payloads, tokens or names of users.
 */
export type Log = (line: string, fields?: LogFields) => void

/** What a line is about, for whoever searches many of them. */
export interface LogFields {
  /** Default `warn`: most lines tell of what goes wrong. */
  level?: 'debug' | 'info' | 'warn' | 'error'
  requestId?: string
  /** W3C Trace Context. */
  traceparent?: string
  /** Its id. */
  world?: string
  [field: string]: string | number | readonly string[] | undefined
}

/** The lines alone, for people: without what only a search needs. */
export const plainLog =
  (write: (line: string) => void): Log =>
  (line, fields) => {
    if (fields?.level !== 'debug') write(line)
  }
