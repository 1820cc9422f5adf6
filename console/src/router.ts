import { computed, signal } from '@preact/signals'

/** Where the console is: `/w/{world}/{view}/{rest…}?{query}`; without a world, at the list of worlds. */
export interface Place {
  world: string | undefined
  view: string | undefined
  /** Segments after the view, decoded. */
  rest: string[]
  query: URLSearchParams
}

/** Pure, so that it can be told apart from the browser. A segment that is no percent-encoding stays as it is. */
const placeOf = (pathname: string, search: string): Place => {
  const [root, world, view, ...rest] = pathname.split('/').slice(1).map(decoded)
  const query = new URLSearchParams(search)
  if (root !== 'w' || !world) return { world: undefined, view: undefined, rest: [], query }
  return { world, view: view || undefined, rest: rest.filter((segment) => segment !== ''), query }
}

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

type Query = Record<string, string | number | undefined>

/** The address of a place, for `href`. Fields of the query that are undefined are left out. */
export const pathTo = (
  world: string,
  view: string,
  rest: readonly string[] = [],
  query: Query = {},
): string => {
  const path = ['/w', ...[world, view, ...rest].map(encodeURIComponent)].join('/')
  const fields = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  )
  return fields.length === 0 ? path : `${path}?${new URLSearchParams(fields)}`
}

const address = signal({ pathname: location.pathname, search: location.search })
const read = () => {
  address.value = { pathname: location.pathname, search: location.search }
}
window.addEventListener('popstate', read)

export const place = computed(() => placeOf(address.value.pathname, address.value.search))

/** Goes there; `replace` leaves no step to come back to. */
export const goTo = (href: string, { replace = false } = {}): void => {
  if (replace) history.replaceState(null, '', href)
  else history.pushState(null, '', href)
  read()
}

/** Follows links of the console without loading the page again. */
export const followLinks = (): void => {
  // signing in has led back from another place since this module was loaded
  read()
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const link = (event.target as Element).closest?.('a')
    if (!link || link.origin !== location.origin || link.target || link.hasAttribute('download')) return
    if (link.pathname !== '/' && !link.pathname.startsWith('/w/')) return
    if (link.hash && link.pathname === location.pathname) return
    event.preventDefault()
    goTo(link.pathname + link.search)
  })
}
