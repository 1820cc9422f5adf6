import { BadItem } from '../item.ts'

/** A line of the events' file: who (subject) did what (relation) to whom (object), and when. */
export interface IcewsLine {
  subject: number
  relation: number
  object: number
  /** Since 2018-01-01T00:00Z. */
  hour: number
  /** 1 for the first line of the file with this content, 2 for the second. */
  occurrence: number
  /** Of the file, from 1. */
  lineNumber: number
}

/** Some hundred years. */
const hourLimit = 1_000_000

/**
 * The lines of an events' file in its order: subject, relation, object, hour and a number that is passed over,
 * with tabs and stray spaces between them. Blank lines are passed over.
 *
 * @throws BadItem naming the line
 */
export const parseLines = (text: string, fileName: string): IcewsLine[] => {
  const lines: IcewsLine[] = []
  const occurrences = new Map<string, number>()
  for (const [index, line] of text.split('\n').entries()) {
    const fields = line.trim().split(/\s+/)
    if (fields[0] === '') continue
    const numbers = fields.slice(0, 4).map(Number)
    const isLine = [4, 5].includes(fields.length) && fields.every((field) => /^\d{1,9}$/.test(field))
    if (!isLine || numbers[3]! > hourLimit)
      throw new BadItem(
        `${fileName}, line ${index + 1} is not subject, relation, object and hour: ${JSON.stringify(line)}`,
      )
    const [subject, relation, object, hour] = numbers as [number, number, number, number]
    const content = numbers.join(' ')
    const occurrence = (occurrences.get(content) ?? 0) + 1
    occurrences.set(content, occurrence)
    lines.push({ subject, relation, object, hour, occurrence, lineNumber: index + 1 })
  }
  return lines
}
