import { useState } from 'preact/hooks'
import type { components } from '../../../../client/api-types.ts'
import { api } from '../../api.ts'
import { Figure } from '../../ui/figure.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Problem } from '../../ui/problem.tsx'
import type { OfChronicle } from './events.tsx'

type Bundle = components['schemas']['ContextBundle']

/** What a language model would be given to answer a question, with its citations. */
export const AskContext = ({ world, chronicle }: OfChronicle) => {
  const [question, setQuestion] = useState('')
  const [tokenBudget, setTokenBudget] = useState(2_000)
  const [bundle, setBundle] = useState<Bundle>()
  const [fault, setFault] = useState<unknown>()
  const [isAsking, setIsAsking] = useState(false)
  const ask = async (event: Event) => {
    event.preventDefault()
    setIsAsking(true)
    setFault(undefined)
    const path = { id: chronicle }
    await api()
      .post('/api/chronicles/{id}/ask-context', { path, query: { world }, body: { question, tokenBudget } })
      .then(setBundle, setFault)
    setIsAsking(false)
  }
  return (
    <Panel title="Context for a question">
      <form class="row" aria-label="Ask for context" onSubmit={ask}>
        <label class="field grow">
          Question
          <input
            value={question}
            maxLength={1_024}
            required
            onInput={(event) => setQuestion(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          Tokens at most
          <input
            type="number"
            min={100}
            max={100_000}
            value={tokenBudget}
            onInput={(event) => setTokenBudget(Number(event.currentTarget.value))}
          />
        </label>
        <button type="submit" class="primary" disabled={isAsking || question.trim() === ''}>
          Ask
        </button>
      </form>
      {fault !== undefined && <Problem error={fault} />}
      <div role="status">{bundle && <Found bundle={bundle} />}</div>
    </Panel>
  )
}

const Found = ({ bundle }: { bundle: Bundle }) => {
  const { events, entities, relationships, tokens, budget, left, citations, search, text } = bundle
  return (
    <>
      <p>
        <Figure value={events.length} /> events, <Figure value={entities.length} /> entities,{' '}
        <Figure value={relationships.length} /> relationships in <Figure value={tokens} /> of{' '}
        <Figure value={budget} /> tokens; <Figure value={left} /> had no room;{' '}
        <Figure value={citations.length} /> citations; found by {search.join(' and ')}.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <pre class="json" tabIndex={0}>
        {text}
      </pre>
    </>
  )
}
