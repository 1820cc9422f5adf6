import type { ComponentType } from 'preact'
import { useErrorBoundary } from 'preact/hooks'
import { Problem } from '../ui/problem.tsx'
import { useAsk } from '../use-ask.ts'
import type { View, ViewProps } from '../views.ts'

/** Shows a view once its code is here; what it throws is told in its place and does not end the console. */
export const ViewFrame = ({ view, ...props }: ViewProps & { view: View }) => {
  const [fault, reset] = useErrorBoundary((error) => console.error(error))
  const code = useAsk(() => loadOnce(view), [view.id])
  if (fault) return <Problem error={fault} onRetry={reset} />
  if (code.error) return <Problem error={code.error} onRetry={code.reload} />
  const Content = code.data
  return Content === undefined ? <p class="loading">Loading…</p> : <Content {...props} />
}

const loaded = new Map<string, Promise<ComponentType<ViewProps>>>()

const loadOnce = ({ id, load }: View): Promise<ComponentType<ViewProps>> => {
  const known = loaded.get(id)
  if (known !== undefined) return known
  const loading = load().then((module) => module.default)
  loaded.set(id, loading)
  loading.catch(() => loaded.delete(id))
  return loading
}
