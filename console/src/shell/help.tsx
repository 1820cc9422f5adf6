import { useEffect, useRef } from 'preact/hooks'
import { allShortcuts, isHelpOpen, keysOn, turnKeys } from './shortcuts.ts'

/** The keys of the console and of the view that is looked at. */
export const Help = () => {
  const dialog = useRef<HTMLDialogElement>(null)
  const isOpen = isHelpOpen.value
  useEffect(() => {
    if (isOpen && !dialog.current!.open) dialog.current!.showModal()
    if (!isOpen) dialog.current!.close()
  }, [isOpen])
  return (
    <dialog ref={dialog} aria-labelledby="help-title" onClose={() => (isHelpOpen.value = false)}>
      <h2 id="help-title">Keys</h2>
      <dl class="keys">
        {allShortcuts().map(({ key, what }) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={keysOn.value}
          onChange={({ currentTarget }) => turnKeys(currentTarget.checked)}
        />
        Keys of one character work
      </label>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  )
}
