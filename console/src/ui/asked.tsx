import type { ComponentChildren } from 'preact'
import type { Asked } from '../use-ask.ts'
import { Problem } from './problem.tsx'

/** Shows an answer when it is there; until then that it is on its way, or why it did not come. */
export const Answer = <T,>({ of, children }: { of: Asked<T>; children: (data: T) => ComponentChildren }) => (
  <>
    {of.error !== undefined && <Problem error={of.error} onRetry={of.reload} />}
    {of.data === undefined ? of.error === undefined && <p class="loading">Loading…</p> : children(of.data)}
  </>
)
