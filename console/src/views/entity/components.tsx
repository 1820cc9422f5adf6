import { useState } from 'preact/hooks'
import { api, may } from '../../api.ts'
import { Panel } from '../../ui/panel.tsx'
import { Problem } from '../../ui/problem.tsx'
import { ExplainButton } from './explain-button.tsx'
import { type EntityAnswer, Value } from './value.tsx'

interface Props {
  world: string
  entity: EntityAnswer
  isPast: boolean
  explain(field: string): void
  changed(): void
}

type Data = Record<string, unknown>

/** Name and position are written as components too; parameters one by one. */
export const Components = ({ world, entity, isPast, explain, changed }: Props) => {
  const { id, parameters, extra, components = {} } = entity
  const canEdit = !isPast && may('world:write')
  const [x, y, z] = entity.position
  const set = (type: string) => (data: Data) =>
    api().put('/worlds/{world}/entities/{id}/components/{type}', {
      path: { world, id, type },
      body: data as Record<string, never>,
    })
  const remove = (type: string) => () =>
    api().delete('/worlds/{world}/entities/{id}/components/{type}', { path: { world, id, type } })
  const shared = { explain, changed, canEdit }
  return (
    <Panel title="Components">
      <Component {...shared} type="Name" field="name" data={{ value: entity.name }} save={set('Name')} />
      <Component {...shared} type="Position" field="Position" data={{ x, y, z }} save={set('Position')} />
      <Component
        {...shared}
        {...{ type: 'Parameters', field: 'parameters', data: parameters }}
        save={(data) => saveParameters(world, id, parameters, data)}
      />
      {Object.keys(extra).length > 0 && (
        <Component {...shared} canEdit={false} type="Extra" field="extra" data={extra} />
      )}
      {Object.entries(components).map(([type, data]) => (
        <Component
          key={type}
          {...shared}
          {...{ type, field: type, data }}
          save={set(type)}
          remove={remove(type)}
        />
      ))}
      {canEdit && <NewComponent save={(type, data) => set(type)(data)} changed={changed} />}
    </Panel>
  )
}

/** Those that are other than before; a parameter cannot be taken away by itself. */
const saveParameters = async (space: string, entity: string, before: Data, after: Data): Promise<void> => {
  const gone = Object.keys(before).filter((name) => !(name in after))
  if (gone.length > 0)
    throw new Error(`${gone.join(', ')}: a parameter can be changed, and not taken away by itself`)
  for (const [name, value] of Object.entries(after)) {
    if (JSON.stringify(value) === JSON.stringify(before[name])) continue
    await api().post('/eustress/ingest/parameter', {
      body: { space_name: space, entity_id: entity, parameter_name: name, value },
    })
  }
}

interface ComponentProps {
  type: string
  /** What the API calls its fields by. */
  field: string
  data: Data
  canEdit: boolean
  explain(field: string): void
  changed(): void
  save?(data: Data): Promise<unknown>
  remove?(): Promise<unknown>
}

const Component = ({ type, field, data, canEdit, explain, changed, save, remove }: ComponentProps) => {
  const [text, setText] = useState<string>()
  const [fault, setFault] = useState<unknown>()
  const cancel = () => {
    setText(undefined)
    setFault(undefined)
  }
  const attempt = async (change: () => Promise<unknown>) => {
    try {
      await change()
      setText(undefined)
      setFault(undefined)
      changed()
    } catch (error) {
      setFault(error)
    }
  }
  return (
    <section class="component" aria-label={type}>
      <div class="row">
        <h3>{type}</h3>
        {canEdit && save && text === undefined && (
          <button
            type="button"
            class="quiet"
            aria-label={`Edit ${type}`}
            onClick={() => setText(JSON.stringify(data, null, 2))}
          >
            Edit
          </button>
        )}
      </div>
      {text === undefined ? (
        <dl class="facts">
          {Object.entries(data).map(([key, value]) => (
            <div key={key} class="fact">
              <dt>{key}</dt>
              <dd>
                <Value value={value} />{' '}
                <ExplainButton field={type === 'Name' ? 'name' : `${field}.${key}`} explain={explain} />
              </dd>
            </div>
          ))}
        </dl>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            void attempt(async () => save!(readObject(text)))
          }}
        >
          <textarea
            aria-label={`${type} as JSON`}
            rows={Math.min(14, text.split('\n').length + 1)}
            spellcheck={false}
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
          <div class="row">
            <button type="submit" class="primary">
              Save
            </button>
            <button type="button" onClick={cancel}>
              Cancel
            </button>
            {remove && (
              <button type="button" class="danger" onClick={() => void attempt(remove)}>
                Remove
              </button>
            )}
          </div>
        </form>
      )}
      {fault !== undefined && <Problem error={fault} />}
    </section>
  )
}

/** @throws Error in words for people */
const readObject = (text: string): Data => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Error(`That is no JSON: ${(error as Error).message}`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('A component is a JSON object: {…}')
  return value as Data
}

const NewComponent = ({
  save,
  changed,
}: {
  save(type: string, data: Data): Promise<unknown>
  changed(): void
}) => {
  const [type, setType] = useState('')
  const [text, setText] = useState('{}')
  const [fault, setFault] = useState<unknown>()
  const add = async () => {
    try {
      await save(type.trim(), readObject(text))
      setType('')
      setText('{}')
      setFault(undefined)
      changed()
    } catch (error) {
      setFault(error)
    }
  }
  return (
    <details class="new-component">
      <summary>Add a component</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void add()
        }}
      >
        <label class="field">
          Type
          <input
            value={type}
            placeholder="Health"
            onInput={({ currentTarget }) => setType(currentTarget.value)}
          />
        </label>
        <label class="field">
          JSON
          <textarea
            rows={3}
            spellcheck={false}
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </label>
        <button type="submit" disabled={type.trim() === ''}>
          Add
        </button>
      </form>
      {fault !== undefined && <Problem error={fault} />}
    </details>
  )
}
