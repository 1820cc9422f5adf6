import { explain } from '../api.ts'

/** What went wrong, where it happened, and a way to try again. */
export const Problem = ({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) => (
  <div role="alert" class="problem">
    <p>{explain(error)}</p>
    {onRetry && (
      <button type="button" onClick={onRetry}>
        Try again
      </button>
    )}
  </div>
)
