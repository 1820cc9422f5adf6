import type { ViewProps } from '../../views.ts'

const SpaceView = ({ world }: ViewProps) => (
  <section class="page">
    <h1>Space of {world}</h1>
  </section>
)

export default SpaceView
