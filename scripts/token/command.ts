import { randomUUID } from 'node:crypto'
import { developmentAudience } from '../local/identity.ts'
import { readIssuerKey, signToken } from '../local/issuer-key.ts'
import { UsageError } from '../local/options.ts'
import { readRunFile } from '../local/run-file.ts'
import { parseTokenOptions, type TokenOptions, tokenUsage } from './options.ts'

export interface TokenCommandOptions {
  args: string[]
  out: (line: string) => void
  err: (line: string) => void
}

/** No token can be made now; the message says what to do about it. */
class NoIssuer extends Error {
  readonly code = 'no-issuer'
}

/** Prints a token of the running stack's development issuer. Answers the exit code. */
export const tokenCommand = async ({ args, out, err }: TokenCommandOptions): Promise<number> => {
  try {
    const options = parseTokenOptions(args)
    out(options === undefined ? tokenUsage : await makeToken(options))
    return 0
  } catch (error) {
    if (error instanceof UsageError) err(`${error.message}\n\n${tokenUsage}`)
    else if (error instanceof NoIssuer) err(error.message)
    else throw error
    return error instanceof UsageError ? 2 : 1
  }
}

const makeToken = async ({ tenant, scopes, subject, hours, dataDir }: TokenOptions): Promise<string> => {
  const key = readIssuerKey(dataDir)
  const issuer = runningIssuer(dataDir)
  if (key === undefined) throw new NoIssuer(`${dataDir} has no issuer key yet: start it anew with npm start.`)
  const now = Math.floor(Date.now() / 1_000)
  return signToken(key, {
    ...{ iss: issuer, aud: developmentAudience, sub: subject, jti: randomUUID() },
    ...{ iat: now, exp: now + Math.round(hours * 3_600), tenant, scope: scopes.join(' ') },
  })
}

/** The URL under which the running stack is its own issuer: tokens name it. */
const runningIssuer = (dataDir: string): string => {
  const run = readRunFile(dataDir)
  if (run === undefined) {
    const start = dataDir === '.orrery' ? 'npm start' : `npm start -- --data ${dataDir}`
    throw new NoIssuer(`Nothing runs on ${dataDir}. Start it in another terminal first: ${start}`)
  }
  if (run.issuer !== run.url)
    throw new NoIssuer(`What runs on ${dataDir} takes tokens of ${run.issuer} alone: get one there.`)
  return run.issuer
}
