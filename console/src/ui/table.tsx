import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'

export interface Column<R> {
  title: string
  cell(row: R): ComponentChildren
  /** Set right, in figures of one width. */
  isNumber?: boolean
  /** By what the column can be put in order. */
  sort?(row: R): string | number | null | undefined
}

interface Props<R> {
  caption: string
  columns: readonly Column<R>[]
  rows: readonly R[]
  keyOf(row: R): string
  isSelected?(row: R): boolean
  /** The caption is for readers of the screen alone, unless it is to be shown. */
  showCaption?: boolean
}

/** Scrolls sideways in itself, by keyboard too; the page never does. */
export const Table = <R,>({ caption, columns, rows, keyOf, isSelected, showCaption = false }: Props<R>) => {
  const [order, setOrder] = useState<{ title: string; isDown: boolean }>()
  const by = columns.find(({ title }) => title === order?.title)?.sort
  const sorted =
    by === undefined ? rows : [...rows].sort((a, b) => compare(by(a), by(b)) * (order!.isDown ? -1 : 1))
  const turn = (title: string) =>
    setOrder((before) =>
      before?.title !== title
        ? { title, isDown: false }
        : before.isDown
          ? undefined
          : { title, isDown: true },
    )
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section class="table-frame" aria-label={caption} tabIndex={0}>
      <table>
        <caption class={showCaption ? '' : 'visually-hidden'}>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, isNumber, sort }) => (
              <th key={title} scope="col" class={isNumber ? 'number' : ''} aria-sort={sortOf(order, title)}>
                {sort === undefined ? (
                  title
                ) : (
                  <button type="button" class="sort" onClick={() => turn(title)}>
                    {title}
                  </button>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.map((row) => (
            <tr key={keyOf(row)} class={isSelected?.(row) ? 'selected' : ''}>
              {columns.map(({ title, isNumber, cell }) => (
                <td key={title} class={isNumber ? 'number' : ''}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p class="notice">Nothing.</p>}
    </section>
  )
}

type Order = { title: string; isDown: boolean } | undefined

const sortOf = (order: Order, title: string) =>
  order?.title !== title ? undefined : order.isDown ? 'descending' : 'ascending'

type Key = string | number | null | undefined

/** What is absent comes last. */
const compare = (a: Key, b: Key): number => {
  if (a == null || b == null) return Number(a == null) - Number(b == null)
  return a < b ? -1 : a > b ? 1 : 0
}
