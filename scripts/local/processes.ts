import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** The command line of a running process; undefined where there is no such process. */
export const commandLineOf = (pid: number): string | undefined => {
  try {
    if (existsSync('/proc/self/cmdline')) return readFileSync(`/proc/${pid}/cmdline`, 'utf8') || undefined
    return execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8', stdio: 'pipe' })
  } catch {
    return undefined
  }
}

/**
 * Sends SIGINT to a process when this one ends without having let go of it, even by SIGKILL: a shell holds
 * the other end of a pipe, which the system closes with this process. Returns the function that lets go.
 * Where there is no shell (Windows) the next start finds the orphan.
 */
export const interruptWhenOrphaned = (pid: number): (() => void) => {
  if (process.platform === 'win32') return () => {}
  const watcher = spawn('/bin/sh', ['-c', 'read -r _ || kill -INT "$0"', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  watcher.unref()
  // the watcher may be gone before it is let go of; nothing is lost with it
  watcher.once('error', () => {})
  watcher.stdin.on('error', () => {})
  return () => {
    watcher.stdin.end('let go\n')
  }
}
