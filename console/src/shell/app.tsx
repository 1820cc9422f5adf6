import { useEffect } from 'preact/hooks'
import { place } from '../router.ts'
import { views } from '../views.ts'
import { Header } from './header.tsx'
import { Help } from './help.tsx'
import { ViewFrame } from './view-frame.tsx'
import { Worlds } from './worlds.tsx'

/** The whole page: a header with the world and its views, and what is looked at. */
export const App = ({ signOut }: { signOut: (() => void) | undefined }) => {
  const { world, view: viewId, rest, query } = place.value
  const view = views.find(({ id }) => id === (viewId ?? views[0]!.id))
  useEffect(() => {
    document.title = [view && world ? view.title : undefined, world, 'Orrery'].filter(Boolean).join(' · ')
  }, [view, world])
  return (
    <>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <Header signOut={signOut} />
      <main id="main" tabIndex={-1}>
        {world === undefined ? (
          <Worlds />
        ) : view === undefined ? (
          <p class="notice">There is no view “{viewId}”.</p>
        ) : (
          <ViewFrame key={`${view.id} ${world}`} view={view} world={world} rest={rest} query={query} />
        )}
      </main>
      <Help />
    </>
  )
}
