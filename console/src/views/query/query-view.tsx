import './query.css'
import { useEffect, useState } from 'preact/hooks'
import { api, explain } from '../../api.ts'
import { goTo, pathTo } from '../../router.ts'
import { Figure } from '../../ui/figure.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Problem } from '../../ui/problem.tsx'
import { useAsk } from '../../use-ask.ts'
import type { ViewProps } from '../../views.ts'
import { offsetOf } from './complete.ts'
import { Editor } from './editor.tsx'
import { type QueryAnswer, Results } from './results.tsx'
import { SavedQueries } from './saved.tsx'
import { emptyVocabulary, readVocabulary } from './vocabulary.ts'

/** Asks a world which of its entities meet a condition, now or as of a moment; the address holds the query. */
const QueryView = ({ world, query }: ViewProps) => {
  const [text, setText] = useState(query.get('q') ?? '')
  const [asOf, setAsOf] = useState(query.get('asOf') ?? '')
  const [answer, setAnswer] = useState<QueryAnswer>()
  const [fault, setFault] = useState<unknown>()
  const [isAsking, setAsking] = useState(false)
  const vocabulary = useAsk((signal) => readVocabulary(world, signal), [world])
  const ask = async (wanted: string, more: { explain?: true; cursor?: string } = {}) => {
    setAsking(true)
    setFault(undefined)
    try {
      const moment = more.cursor !== undefined ? answer!.seq : momentOf(asOf)
      const body = { query: formOf(wanted), ...(moment !== undefined && { asOf: moment }), ...more }
      const found = (await api().post('/worlds/{world}/query', {
        path: { world },
        body: body as { query: string },
      })) as QueryAnswer
      const before = more.cursor === undefined ? [] : (answer?.entities ?? [])
      setAnswer({ ...found, ...(found.entities && { entities: [...before, ...found.entities] }) })
    } catch (error) {
      setFault(error)
    } finally {
      setAsking(false)
    }
  }
  const run = (wanted = text) => {
    goTo(pathTo(world, 'query', [], { q: wanted || undefined, asOf: asOf || undefined }), { replace: true })
    return ask(wanted)
  }
  const open = (wanted: string) => {
    setText(wanted)
    void run(wanted)
  }
  useEffect(() => {
    if (text !== '') void ask(text)
  }, [])
  return (
    <div class="page">
      <h1>Query</h1>
      <div class="query-columns">
        <Panel title="Ask" class="query-ask">
          <Editor
            text={text}
            vocabulary={vocabulary.data ?? emptyVocabulary}
            fault={fault === undefined ? undefined : offsetOf(text, explain(fault))}
            change={setText}
            run={() => void run()}
          />
          <div class="row">
            <button type="button" class="primary" disabled={isAsking} onClick={() => void run()}>
              Run
            </button>
            <button type="button" disabled={isAsking} onClick={() => void ask(text, { explain: true })}>
              Explain
            </button>
            <label class="field-row">
              As of{' '}
              <input
                placeholder="now; a seq or a time"
                value={asOf}
                onInput={({ currentTarget }) => setAsOf(currentTarget.value.trim())}
              />
            </label>
            <span class="none">Ctrl Enter runs</span>
          </div>
          {fault !== undefined && <Problem error={fault} />}
        </Panel>
        <SavedQueries world={world} text={text} open={open} />
      </div>
      {answer && (
        <Panel
          title={answer.explain ? 'How it would be answered' : 'Answer'}
          tools={
            <span class="row">
              {answer.entities && (
                <>
                  <span data-testid="rows">
                    <Figure value={answer.entities.length} />
                  </span>{' '}
                  {answer.cursor === undefined ? 'entities' : 'entities, and more'}
                  <a
                    class="button"
                    href={pathTo(world, 'space', [], { q: text || undefined, asOf: asOf || undefined })}
                  >
                    Show in space
                  </a>
                </>
              )}
              <span class="none">
                seq <Figure value={answer.seq} />
              </span>
            </span>
          }
        >
          <Results world={world} answer={answer} />
          {answer.cursor !== undefined && (
            <button
              type="button"
              disabled={isAsking}
              onClick={() => void ask(text, { cursor: answer.cursor! })}
            >
              More
            </button>
          )}
        </Panel>
      )}
    </div>
  )
}

export default QueryView

/** A text is the language, and JSON the form of it that programs write. */
const formOf = (text: string): unknown => {
  if (!text.trimStart().startsWith('{')) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const momentOf = (text: string): number | string | undefined =>
  text === '' ? undefined : /^\d+$/.test(text) ? Number(text) : text
