import type { ApiPaths } from '../../../../client/index.ts'
import { Figure } from '../../ui/figure.tsx'

/** An entity with its physics, as the API answers it. */
export type EntityAnswer =
  ApiPaths['/worlds/{world}/entities/{id}']['get']['responses'][200]['content']['application/json']

/** Any value of JSON, short. */
export const Value = ({ value }: { value: unknown }) => {
  if (value === undefined) return <span class="none">absent</span>
  if (typeof value === 'number') return <Figure value={value} />
  if (Array.isArray(value) && value.length <= 4 && value.every((one) => typeof one === 'number'))
    return (
      <>
        {value.map((one, index) => (
          <span key={index}>
            {index > 0 && ', '}
            <Figure value={one} />
          </span>
        ))}
      </>
    )
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 200 ? <span title={text}>{text.slice(0, 197)}…</span> : <span>{text}</span>
}
