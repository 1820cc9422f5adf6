import { Presets, SingleBar } from 'cli-progress'

export interface Progress {
  /** So many units of the total are done, which are so many items. */
  update(done: number, items: number): void
  /** Something to know beside the numbers, until the next one. */
  note(text: string): void
  end(): void
}

const plainLineMs = 3_000

/** A bar on a terminal, else a line every few seconds. Without a total there is no time left. */
export const showProgress = (
  total: number | undefined,
  out: NodeJS.WriteStream = process.stdout,
  noun = 'items',
): Progress =>
  out.isTTY && total !== undefined && total > 0 ? showBar(total, noun, out) : printLines(total, noun, out)

const rateText = (items: number, noun: string, startedAt: number): string => {
  const seconds = Math.max(0.001, (performance.now() - startedAt) / 1_000)
  return `${Math.round(items / seconds).toLocaleString('en')} ${noun}/s`
}

/** At the average speed so far. */
const leftText = (done: number, total: number, startedAt: number): string => {
  if (done === 0) return '?'
  const seconds = Math.ceil(((performance.now() - startedAt) / 1_000 / done) * (total - done))
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

const showBar = (total: number, noun: string, stream: NodeJS.WriteStream): Progress => {
  const format = `  {bar} {percentage}%  {items} ${noun}  {rate}  {left} left  {note}`
  // it would take Ctrl-C for itself
  const own = { hideCursor: true, gracefulExit: false }
  const bar = new SingleBar({ ...own, format, stream, barsize: 24 }, Presets.shades_classic)
  const startedAt = performance.now()
  bar.start(total, 0, { items: '0', rate: '', left: '?', note: '' })
  return {
    update: (done, items) =>
      bar.update(done, {
        items: items.toLocaleString('en'),
        rate: rateText(items, noun, startedAt),
        left: leftText(done, total, startedAt),
        note: '',
      }),
    note: (note) => bar.update({ note }),
    end: () => bar.stop(),
  }
}

const printLines = (total: number | undefined, noun: string, stream: NodeJS.WriteStream): Progress => {
  const startedAt = performance.now()
  let printedAt = startedAt
  let last = { done: 0, items: 0 }
  const print = () => {
    const share = total ? `${Math.floor((100 * last.done) / total)}%  ` : ''
    const left = total ? `  ${leftText(last.done, total, startedAt)} left` : ''
    const rate = rateText(last.items, noun, startedAt)
    stream.write(`  ${share}${last.items.toLocaleString('en')} ${noun}  ${rate}${left}\n`)
    printedAt = performance.now()
  }
  return {
    update: (done, items) => {
      last = { done, items }
      if (performance.now() - printedAt >= plainLineMs) print()
    },
    note: (text) => void stream.write(`  ${text}\n`),
    end: print,
  }
}
