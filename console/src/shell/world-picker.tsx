import { useEffect } from 'preact/hooks'
import { goTo, pathTo, place } from '../router.ts'
import { views } from '../views.ts'
import { loadWorlds, worlds } from './worlds-list.ts'

/** Leads to the same view of another world. */
export const WorldPicker = () => {
  useEffect(() => void loadWorlds(), [])
  const { world, view } = place.value
  const names = (worlds.value ?? []).map(({ name }) => name)
  const known = world === undefined || names.includes(world) ? names : [world, ...names]
  const choose = (name: string) => goTo(name === '' ? '/' : pathTo(name, view ?? views[0]!.id))
  return (
    <label class="picker">
      <span class="visually-hidden">World</span>
      <select value={world ?? ''} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        <option value="">All worlds</option>
        {known.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}
