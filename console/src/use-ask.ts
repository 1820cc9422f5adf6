import { useEffect, useState } from 'preact/hooks'
import { ApiProblem } from '../../client/index.ts'

/** An answer of the API as a view has it. */
export interface Asked<T> {
  /** Undefined: it has not come yet. It stays while it is asked for again. */
  data: T | undefined
  /** Of the last time it was asked for. */
  error: unknown
  isLoading: boolean
  reload(): void
}

interface Options {
  /** Asks again so long after each answer; a page that nobody sees waits. */
  everyMs?: number
}

/** A physics service is being started, or a database resumes: what could not be answered can be soon. */
const isNotYet = (error: unknown): boolean => error instanceof ApiProblem && error.status === 503
const notYetMs = 2_000

/**
 * Asks when the view comes and whenever one of `deps` changes; what was asked before is cancelled by its signal.
 *
 *     const world = useAsk((signal) => api().get('/worlds/{world}', { path: { world: name }, signal }), [name])
 */
export const useAsk = <T>(
  ask: (signal: AbortSignal) => Promise<T>,
  deps: readonly unknown[],
  { everyMs }: Options = {},
): Asked<T> => {
  const [state, setState] = useState<{
    key: string
    data: T | undefined
    error: unknown
    isLoading: boolean
  }>()
  const [round, setRound] = useState(0)
  const key = JSON.stringify(deps)
  useEffect(() => {
    const abort = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const settle = (part: { data?: T; error: unknown }) => {
      if (abort.signal.aborted) return
      setState((before) => ({
        data: before?.key === key ? before.data : undefined,
        ...part,
        ...{ key, isLoading: false },
      }))
      const nextMs = isNotYet(part.error) ? notYetMs : everyMs
      if (nextMs !== undefined) timer = setTimeout(again, nextMs)
    }
    const again = () => {
      if (document.hidden) return void (timer = setTimeout(again, everyMs ?? notYetMs))
      run()
    }
    const run = () => {
      setState((before) =>
        before?.key === key
          ? { ...before, isLoading: true }
          : { key, data: undefined, error: undefined, isLoading: true },
      )
      ask(abort.signal).then(
        (data) => settle({ data, error: undefined }),
        (error) => settle({ error }),
      )
    }
    run()
    return () => {
      abort.abort()
      clearTimeout(timer)
    }
  }, [key, round])
  const current = state?.key === key ? state : undefined
  return {
    ...{ data: current?.data, error: current?.error, isLoading: current?.isLoading ?? true },
    reload: () => setRound((number) => number + 1),
  }
}
