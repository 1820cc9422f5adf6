import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

interface Props {
  title: string
  /** Beside the title. */
  tools?: ComponentChildren
  class?: string
  children: ComponentChildren
}

/** A titled part of a view. */
export const Panel = ({ title, tools, class: name = '', children }: Props) => {
  const id = useId()
  return (
    <section class={`panel ${name}`} aria-labelledby={id}>
      <div class="panel-head">
        <h2 id={id}>{title}</h2>
        {tools}
      </div>
      {children}
    </section>
  )
}
