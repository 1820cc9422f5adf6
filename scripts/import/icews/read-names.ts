import { BadItem } from '../item.ts'

/**
 * A file of names, each with a tab and its number, as numbers to names. Blank lines are passed over.
 *
 * @throws BadItem naming the line
 */
export const parseNames = (text: string, fileName: string): Map<number, string> => {
  const names = new Map<number, string>()
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const at = `${fileName}, line ${index + 1}`
    const [name = '', number = ''] = line.split('\t')
    // some names hold no-break spaces, also at their ends
    const trimmed = name.replace(/\s+/g, ' ').trim()
    if (trimmed === '' || !/^\d{1,9}$/.test(number.trim()))
      throw new BadItem(`${at} is not a name, a tab and a number: ${JSON.stringify(line)}`)
    if (names.has(Number(number)))
      throw new BadItem(`${at}: there is a name with the number ${number.trim()} before it`)
    names.set(Number(number), trimmed)
  }
  if (names.size === 0) throw new BadItem(`${fileName} has no names`)
  return names
}
