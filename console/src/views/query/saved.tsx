import { useState } from 'preact/hooks'
import { api } from '../../api.ts'
import { Answer } from '../../ui/asked.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Problem } from '../../ui/problem.tsx'
import { useAsk } from '../../use-ask.ts'

interface Props {
  world: string
  text: string
  open(text: string): void
}

/** The saved queries of the world, which everybody who reads it shares. */
export const SavedQueries = ({ world, text, open }: Props) => {
  const [name, setName] = useState('')
  const [fault, setFault] = useState<unknown>()
  const saved = useAsk(
    (signal) => api().get('/worlds/{world}/saved-queries', { path: { world }, signal }),
    [world],
  )
  const attempt = async (change: () => Promise<unknown>) => {
    try {
      await change()
      setFault(undefined)
      saved.reload()
    } catch (error) {
      setFault(error)
    }
  }
  const save = () =>
    attempt(async () => {
      await api().put('/worlds/{world}/saved-queries/{name}', {
        path: { world, name: name.trim() },
        body: { query: text },
      })
      setName('')
    })
  const remove = (one: string) =>
    attempt(() => api().delete('/worlds/{world}/saved-queries/{name}', { path: { world, name: one } }))
  return (
    <Panel title="Saved queries">
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <label>
          <span class="visually-hidden">Name</span>
          <input
            placeholder="Name"
            value={name}
            maxLength={128}
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
        </label>
        <button type="submit" disabled={name.trim() === '' || text.trim() === ''}>
          Save this one
        </button>
      </form>
      {fault !== undefined && <Problem error={fault} />}
      <Answer of={saved}>
        {({ queries }) =>
          queries.length === 0 ? (
            <p class="notice">None yet.</p>
          ) : (
            <ul class="saved">
              {queries.map(({ name: one, query }) => (
                <li key={one}>
                  <button type="button" class="link" onClick={() => open(textOf(query))}>
                    {one}
                  </button>
                  <button
                    type="button"
                    class="quiet"
                    aria-label={`Delete ${one}`}
                    onClick={() => void remove(one)}
                  >
                    Delete
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </Panel>
  )
}

/** One that was saved as JSON is shown as its JSON. */
const textOf = (query: unknown): string =>
  typeof query === 'string' ? query : JSON.stringify(query, null, 2)
