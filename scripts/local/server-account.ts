import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** As whom PostgreSQL runs. */
export interface ServerAccount {
  /** Undefined: as whoever runs us. */
  uid: number | undefined
  /** The command line that runs `commandLine` as that account. */
  command(commandLine: string[]): string[]
}

/**
 * PostgreSQL refuses to run as root, so root runs it as `postgres` or `nobody`. Where that account may not
 * enter a folder that it needs (a checkout under /root), it keeps the one capability that lets it.
 */
export const serverAccount = (paths: string[]): ServerAccount => {
  if (process.getuid?.() !== 0) return { uid: undefined, command: (commandLine) => commandLine }
  const uid = accountId('postgres') ?? accountId('nobody')
  if (uid === undefined)
    throw new Error(
      'PostgreSQL does not run as root, and there is no user postgres or nobody to run it as. Run as an ordinary user.',
    )
  const keep = paths.every(isEnterable) ? [] : ['--inh-caps=+dac_override', '--ambient-caps=+dac_override']
  return {
    uid,
    command: (commandLine) => ['setpriv', `--reuid=${uid}`, '--clear-groups', ...keep, ...commandLine],
  }
}

const accountId = (name: string): number | undefined => {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`))
  return line === undefined ? undefined : Number(line.split(':')[2])
}

/** Whether anybody may go through every folder above `path`. */
const isEnterable = (path: string): boolean => {
  for (let dir = dirname(path); ; dir = dirname(dir)) {
    if (existsSync(dir) && (statSync(dir).mode & 0o001) === 0) return false
    if (dir === dirname(dir)) return true
  }
}
