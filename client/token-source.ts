import type { Failure } from './failure.ts'

export interface TokenSource {
  /** The token that is in use, asked for where there is none; `text` null: none is needed, or none was had. */
  get(): Promise<{ text: string | null; failure: Failure | null }>
  /** It was refused: the next `get` asks for a new one. */
  forget(): void
}

/** @param ask resolves to a token; absent: requests go without one */
export const createTokenSource = (ask: (() => Promise<string>) | undefined): TokenSource => {
  let current: Promise<string> | null = null
  return {
    async get() {
      if (ask === undefined) return { text: null, failure: null }
      try {
        return { text: await (current ??= ask()), failure: null }
      } catch (error) {
        current = null
        return { text: null, failure: { kind: 'token', detail: `no token was had: ${String(error)}` } }
      }
    },
    forget() {
      current = null
    },
  }
}
