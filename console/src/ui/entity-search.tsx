import { useState } from 'preact/hooks'
import { api } from '../api.ts'
import { useAsk } from '../use-ask.ts'
import { useSettled } from '../use-settled.ts'
import { Problem } from './problem.tsx'

interface Found {
  id: string
  name: string
  class: string
}

const most = 12

/** Finds entities by a part of their name, or by their id, while it is typed. */
export const EntitySearch = ({ world, choose }: { world: string; choose(id: string): void }) => {
  const [text, setText] = useState('')
  const wanted = useSettled(text.trim(), 200)
  const found = useAsk((signal) => findEntities(world, wanted, signal), [world, wanted])
  const take = (id: string) => {
    setText('')
    choose(id)
  }
  return (
    <search class="entity-search">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const first = found.data?.[0]
          if (first !== undefined) take(first.id)
        }}
      >
        <label>
          <span class="visually-hidden">Entity by name or id</span>
          <input
            type="search"
            placeholder="Find an entity (/)"
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </label>
      </form>
      {wanted !== '' && text !== '' && (
        <div class="found">
          {found.error !== undefined && <Problem error={found.error} />}
          <ul>
            {(found.data ?? []).map(({ id, name, class: classType }) => (
              <li key={id}>
                <button type="button" class="link" onClick={() => take(id)}>
                  {name}
                </button>{' '}
                <span class="none">{classType}</span>
              </li>
            ))}
          </ul>
          <p role="status" class="none">
            {found.data?.length === 0 && !found.isLoading && 'Nothing has such a name.'}
            {found.data?.length === most && `The first ${most}.`}
          </p>
        </div>
      )}
    </search>
  )
}

const findEntities = async (world: string, text: string, signal: AbortSignal): Promise<Found[]> => {
  if (text === '') return []
  const literal = JSON.stringify(text)
  const { entities = [] } = await api().post('/worlds/{world}/query', {
    ...{ path: { world }, signal },
    body: { query: `id = ${literal} or name ~ ${literal} select name, class limit ${most}` },
  })
  return entities as unknown as Found[]
}
