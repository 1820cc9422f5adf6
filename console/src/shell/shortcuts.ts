import { signal } from '@preact/signals'
import { goTo, pathTo, place } from '../router.ts'
import { views } from '../views.ts'
import { nextTheme } from './theme.ts'

export interface Shortcut {
  key: string
  what: string
  run(): void
}

/** Keys of one character can be turned off, for those who speak to their computer (WCAG 2.1.4). */
export const keysOn = signal(localStorage.getItem('orrery.keys') !== 'off')
export const isHelpOpen = signal(false)

export const turnKeys = (on: boolean): void => {
  keysOn.value = on
  localStorage.setItem('orrery.keys', on ? 'on' : 'off')
}

const ownShortcuts = signal<readonly Shortcut[]>([])

/** Adds those of a view; answers a function that takes them away. */
export const addShortcuts = (shortcuts: readonly Shortcut[]): (() => void) => {
  ownShortcuts.value = [...ownShortcuts.value, ...shortcuts]
  return () => {
    ownShortcuts.value = ownShortcuts.value.filter((shortcut) => !shortcuts.includes(shortcut))
  }
}

export const allShortcuts = (): readonly Shortcut[] => [
  ...views.map(({ id, title, key }) => ({ key, what: title, run: () => toView(id) })),
  { key: '/', what: 'Search in the view, where it has a search', run: focusSearch },
  { key: 't', what: 'Theme: as the system, light, dark', run: nextTheme },
  { key: '?', what: 'These keys', run: () => (isHelpOpen.value = true) },
  ...ownShortcuts.value,
]

const toView = (id: string) => {
  const { world } = place.value
  if (world !== undefined) goTo(pathTo(world, id))
}

const focusSearch = () => document.querySelector<HTMLElement>('main [type=search]')?.focus()

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))

export const listenToKeys = (): void =>
  document.addEventListener('keydown', (event) => {
    if (!keysOn.value || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (isTyping(event.target) || isHelpOpen.value) return
    const found = allShortcuts().find(({ key }) => key === event.key)
    if (found === undefined) return
    event.preventDefault()
    found.run()
  })
