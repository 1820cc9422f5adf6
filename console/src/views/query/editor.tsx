import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { type Completion, complete } from './complete.ts'
import type { Vocabulary } from './vocabulary.ts'

interface Props {
  text: string
  vocabulary: Vocabulary
  /** Where something is wrong; the caret goes there. */
  fault: number | undefined
  change(text: string): void
  run(): void
}

const none: Completion = { from: 0, options: [] }

/**
 * A text with completion: a list below it that the arrows lead through, Tab or Enter take from and Escape closes.
 * Control and Enter run the query.
 */
export const Editor = ({ text, vocabulary, fault, change, run }: Props) => {
  const id = useId()
  const area = useRef<HTMLTextAreaElement>(null)
  const [completion, setCompletion] = useState(none)
  const [active, setActive] = useState(0)
  useEffect(() => {
    if (fault === undefined) return
    area.current!.focus()
    area.current!.setSelectionRange(fault, fault)
  }, [fault])
  const offer = (value: string) => {
    setCompletion(complete(value, area.current!.selectionStart, vocabulary))
    setActive(0)
  }
  // what a world can be asked may come while somebody is writing already
  useEffect(() => {
    if (document.activeElement === area.current && text !== '') offer(text)
  }, [vocabulary])
  const take = (option: string) => {
    const { selectionStart } = area.current!
    const next = text.slice(0, completion.from) + option + text.slice(selectionStart)
    const caret = completion.from + option.length
    change(next)
    setCompletion(none)
    requestAnimationFrame(() => {
      area.current?.focus()
      area.current?.setSelectionRange(caret, caret)
    })
  }
  const count = completion.options.length
  const keys: Record<string, () => void> = {
    ArrowDown: () => setActive((active + 1) % count),
    ArrowUp: () => setActive((active + count - 1) % count),
    Tab: () => take(completion.options[active]!.text),
    Enter: () => take(completion.options[active]!.text),
    Escape: () => setCompletion(none),
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const isRun = event.key === 'Enter' && (event.ctrlKey || event.metaKey)
    const action = isRun ? run : count > 0 && !event.shiftKey ? keys[event.key] : undefined
    if (action === undefined) return
    event.preventDefault()
    if (isRun) setCompletion(none)
    action()
  }
  return (
    <div class="editor">
      <label for={`${id}-text`} class="visually-hidden">
        Query
      </label>
      <textarea
        ref={area}
        id={`${id}-text`}
        rows={4}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        placeholder={'class = "City" and activity > 0.5 sort by name limit 20'}
        value={text}
        aria-autocomplete="list"
        aria-controls={`${id}-list`}
        aria-activedescendant={count > 0 ? `${id}-${active}` : undefined}
        onInput={({ currentTarget }) => {
          change(currentTarget.value)
          offer(currentTarget.value)
        }}
        onKeyDown={onKeyDown}
        onBlur={() => setCompletion(none)}
      />
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label="What may stand here"
        class="completions"
        hidden={count === 0}
      >
        {completion.options.map(({ text: option, what }, index) => (
          <div
            key={option}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            onPointerDown={(event) => {
              event.preventDefault()
              take(option)
            }}
          >
            <code>{option}</code> <span>{what}</span>
          </div>
        ))}
      </div>
    </div>
  )
}
