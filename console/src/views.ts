import type { ComponentType } from 'preact'

/** What each view is given. */
export interface ViewProps {
  /** Name or id, as in the address. */
  world: string
  /** Segments of the address after the view, decoded: `/w/garden/entity/tree-1` has `['tree-1']`. */
  rest: string[]
  query: URLSearchParams
}

export interface View {
  /** In the address: `/w/{world}/{id}`. */
  id: string
  title: string
  /** The key that leads there. */
  key: string
  /** Its code comes when it is first looked at. */
  load(): Promise<{ default: ComponentType<ViewProps> }>
}

/** The views of a world, in the order of the navigation. To add one: a folder below `views/`, and a line here. */
export const views: readonly View[] = [
  { id: 'space', title: 'Space', key: '1', load: () => import('./views/space/space-view.tsx') },
  { id: 'entity', title: 'Entity', key: '2', load: () => import('./views/entity/entity-view.tsx') },
  { id: 'query', title: 'Query', key: '3', load: () => import('./views/query/query-view.tsx') },
  { id: 'ledger', title: 'Ledger', key: '4', load: () => import('./views/ledger/ledger-view.tsx') },
  { id: 'story', title: 'Story', key: '5', load: () => import('./views/story/story-view.tsx') },
  { id: 'health', title: 'Health', key: '6', load: () => import('./views/health/health-view.tsx') },
]
