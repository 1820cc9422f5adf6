import type { ViewProps } from '../../views.ts'

const EntityView = ({ world }: ViewProps) => (
  <section class="page">
    <h1>Entity of {world}</h1>
  </section>
)

export default EntityView
