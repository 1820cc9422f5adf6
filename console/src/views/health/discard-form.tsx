import { useState } from 'preact/hooks'
import type { Choice } from './dead-letters.tsx'

interface Props {
  choice: Choice
  onDiscard(reason: string): void
  onCancel(): void
}

/** Asks why; the reason is kept in the audit log. */
export const DiscardForm = ({ choice, onDiscard, onCancel }: Props) => {
  const [reason, setReason] = useState('')
  const what =
    'seq' in choice ? `event ${choice.seq} to ${choice.destination}` : 'all dead letters of the world'
  return (
    <form
      class="row"
      aria-label={`Discard ${what}`}
      onSubmit={(event) => {
        event.preventDefault()
        onDiscard(reason)
      }}
    >
      <label class="field">
        Why {what} may be discarded
        <input
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
          maxLength={1_000}
          required
          size={40}
        />
      </label>
      <button type="submit" class="danger" disabled={reason.trim() === ''}>
        Discard
      </button>
      <button type="button" onClick={onCancel}>
        Keep
      </button>
    </form>
  )
}
