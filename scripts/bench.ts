import { readdir, readFile } from 'node:fs/promises'
import type { Bench, BenchResult } from './bench/harness.ts'
import { machine } from './bench/harness.ts'

const folder = new URL('./bench/', import.meta.url)

/** A bench is a file of scripts/bench that exports one; its helpers stand in the same folder. */
const findBenches = async (): Promise<string[]> => {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, folder), 'utf8')))
  const isBench = (_: string, index: number) => /^export const bench\b/m.test(texts[index]!)
  return files
    .filter(isBench)
    .map((file) => file.slice(0, -'.ts'.length))
    .sort()
}

const number = (value: number): string =>
  value.toLocaleString('en', { maximumSignificantDigits: value >= 1_000 ? 6 : 4 })

const table = (rows: string[][]): string => {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const cell = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!)
  return rows.map((row) => `  ${row.map(cell).join('  ')}`).join('\n')
}

const report = ({ figures, goals }: BenchResult): string => {
  const figureRows = figures.map(({ name, unit, median, min, max, runs }) => [
    ...[name, unit, number(median), number(min), number(max), String(runs)],
  ])
  const goalRows = goals.map(({ name, value, reach, holds }) => [
    ...[name, number(value), number(reach), holds ? 'holds' : 'MISSED'],
  ])
  return [
    table([['figure', 'unit', 'median', 'min', 'max', 'runs'], ...figureRows]),
    ...(goals.length === 0 ? [] : ['', table([['goal', 'value', 'reach', ''], ...goalRows])]),
  ].join('\n')
}

/** undefined where the bench takes no such number. */
const sizeOf = ({ size }: Bench, given: string | undefined): number | undefined => {
  if (given === undefined) return size?.standard ?? 0
  if (given === 'small') return size?.small
  return size !== undefined && /^[1-9]\d*$/.test(given) ? Number(given) : undefined
}

const main = async (words: string[]): Promise<number> => {
  const benches = await findBenches()
  const [name, given, ...surplus] = words
  if (name === undefined) {
    console.log(`Usage: npm run bench NAME [SIZE]\n\nBenches: ${benches.join(', ') || 'none'}`)
    return 0
  }
  if (!benches.includes(name) || surplus.length > 0) {
    console.error(`Give the name of one bench: ${benches.join(', ')}`)
    return 2
  }
  const { bench } = (await import(new URL(`${name}.ts`, folder).href)) as { bench: Bench }
  const size = sizeOf(bench, given)
  if (size === undefined) {
    console.error(bench.size === undefined ? `${name} takes no size` : `Give a number of ${bench.size.unit}`)
    return 2
  }
  const result = await bench.run((line) => console.log(line), size)
  console.log(`\n${report(result)}\n`)
  console.log(JSON.stringify({ bench: bench.name, machine: machine(), ...result }))
  return 0
}

process.exit(await main(process.argv.slice(2)))
