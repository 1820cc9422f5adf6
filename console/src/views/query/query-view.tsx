import type { ViewProps } from '../../views.ts'

const QueryView = ({ world }: ViewProps) => (
  <section class="page">
    <h1>Query of {world}</h1>
  </section>
)

export default QueryView
