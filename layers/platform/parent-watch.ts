/**
 * Ends this process when its supervisor is gone, even by SIGKILL: the supervisor holds the other end of
 * standard input, which the system closes with it. The process gets SIGTERM, to end as it would by itself,
 * and after `graceMs` is ended hard. Does nothing unless ORRERY_PARENT_WATCH is 1.
 */
export const watchParent = (graceMs = 20_000): void => {
  if (process.env.ORRERY_PARENT_WATCH !== '1') return
  const end = () => {
    process.kill(process.pid, 'SIGTERM')
    setTimeout(() => process.exit(1), graceMs).unref()
  }
  process.stdin.once('end', end).once('error', end).resume()
  // alone it is no reason to go on running
  if ('unref' in process.stdin) process.stdin.unref()
}
