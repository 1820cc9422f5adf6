import { useSignal } from '@preact/signals'
import { pathTo, place } from '../router.ts'
import { views } from '../views.ts'
import { isHelpOpen } from './shortcuts.ts'
import { nextTheme, theme } from './theme.ts'
import { WorldPicker } from './world-picker.tsx'

export const Header = ({ signOut }: { signOut: (() => void) | undefined }) => {
  const { world, view } = place.value
  const focused = useSignal(0)
  return (
    <header class="bar">
      <a class="brand" href="/" aria-label="Orrery: all worlds">
        <img src="/icon.svg" alt="" width="24" height="24" />
        <span>Orrery</span>
      </a>
      <WorldPicker />
      {world !== undefined && (
        <nav aria-label="Views" onKeyDown={(event) => rove(event, focused)}>
          {views.map(({ id, title }, index) => (
            <a
              key={id}
              href={pathTo(world, id)}
              aria-current={id === (view ?? views[0]!.id) ? 'page' : undefined}
              tabIndex={index === focused.value ? 0 : -1}
              onFocus={() => (focused.value = index)}
            >
              {title}
            </a>
          ))}
        </nav>
      )}
      <div class="bar-tools">
        <button type="button" class="quiet" onClick={nextTheme} title="Theme (t)">
          <span class="visually-hidden">Theme: </span>
          {theme.value}
        </button>
        <button type="button" class="quiet" onClick={() => (isHelpOpen.value = true)} title="Keys (?)">
          <span aria-hidden="true">?</span>
          <span class="visually-hidden">Keys</span>
        </button>
        {signOut && (
          <button type="button" class="quiet" onClick={signOut}>
            Sign out
          </button>
        )}
      </div>
    </header>
  )
}

const steps: Record<string, (index: number, last: number) => number> = {
  ArrowRight: (index, last) => (index === last ? 0 : index + 1),
  ArrowLeft: (index, last) => (index === 0 ? last : index - 1),
  Home: () => 0,
  End: (_, last) => last,
}

/** One stop of the Tab key; arrows lead from view to view. */
const rove = (event: KeyboardEvent, focused: { value: number }): void => {
  const step = steps[event.key]
  if (step === undefined) return
  event.preventDefault()
  focused.value = step(focused.value, views.length - 1)
  const links = (event.currentTarget as HTMLElement).querySelectorAll('a')
  links[focused.value]?.focus()
}
