import { signal } from '@preact/signals'

/** `system` follows what the browser prefers. */
export type Theme = 'system' | 'light' | 'dark'

const themes: readonly Theme[] = ['system', 'light', 'dark']
const kept = localStorage.getItem('orrery.theme') as Theme
export const theme = signal<Theme>(themes.includes(kept) ? kept : 'system')

export const applyTheme = (): void => {
  document.documentElement.dataset.theme = theme.value
}

export const nextTheme = (): void => {
  theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length]!
  localStorage.setItem('orrery.theme', theme.value)
  applyTheme()
}

/** What a token of styles/tokens.css comes to now, for what draws by itself: `rgb(…)`. */
export const colorOf = (token: string): string => {
  const probe = document.createElement('span')
  probe.style.color = `var(${token})`
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

/** Grows when colours have changed, by the theme or by the browser's preference. */
export const colorVersion = signal(0)
theme.subscribe(() => queueMicrotask(() => colorVersion.value++))
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => colorVersion.value++)
