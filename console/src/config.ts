/** What the console is told by `/config.json`, which whoever serves it writes. */
export interface ConsoleConfig {
  /** Of the API; empty: where the page comes from. */
  apiUrl: string
  /** Who signs people in; absent: nobody has to. */
  login?: { issuer: string; clientId: string; scope: string; audience?: string }
}

/** @throws Error that says what to do, for people */
export const loadConfig = async (): Promise<ConsoleConfig> => {
  const answer = await fetch('/config.json', { headers: { accept: 'application/json' }, cache: 'no-cache' })
  if (!answer.ok)
    throw new Error(`/config.json answers ${answer.status}; the console is not served completely.`)
  return (await answer.json()) as ConsoleConfig
}
