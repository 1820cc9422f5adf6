import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { BadItem } from '../item.ts'
import { type CameoClass, findCameoClass } from './cameo.ts'
import { qualifiersOf } from './entity-type.ts'
import type { IcewsFiles } from './options.ts'
import { type IcewsLine, parseLines } from './read-lines.ts'
import { parseNames } from './read-names.ts'
import { actorOf, type IcewsEvent, toChronicleEvent } from './to-event.ts'

/** The three files, read whole: 50,000 events have 1 MB. */
export interface IcewsSource {
  /** In the file's order. */
  lines: IcewsLine[]
  /** @throws BadItem where the line names an entity or a relation that is not in its file */
  eventOf(line: IcewsLine): IcewsEvent
}

/** @throws BadItem that names a line, a file that is not there, or every relation whose name no CAMEO class has */
export const openIcews = async ({ events, entities, relations }: IcewsFiles): Promise<IcewsSource> => {
  const names = parseNames(await read(entities), basename(entities))
  const classes = classesOf(parseNames(await read(relations), basename(relations)))
  const fileName = basename(events)
  const lines = parseLines(await read(events), fileName)
  const qualifiers = qualifiersOf(names.values())
  const actors = new Map([...names].map(([number, name]) => [number, actorOf(name, qualifiers)]))
  const find = <T>(found: T | undefined, line: IcewsLine, what: string): T => {
    if (found === undefined) throw new BadItem(`${fileName}, line ${line.lineNumber}: there is no ${what}`)
    return found
  }
  const eventOf = (line: IcewsLine) => {
    const subject = find(actors.get(line.subject), line, `entity ${line.subject}`)
    const object = find(actors.get(line.object), line, `entity ${line.object}`)
    const cameo = find(classes.get(line.relation), line, `relation ${line.relation}`)
    return toChronicleEvent(line, { subject, object, cameo })
  }
  return { lines, eventOf }
}

/** @throws BadItem where there is no such file */
const read = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'EISDIR') throw new BadItem(`There is no file ${path}. ${expected}`)
    throw new BadItem(message)
  }
}

const expected = `The import takes the events of ICEWS18 (events.txt) with entity2id.txt and relation2id.txt beside them: name the
file of the events, or the folder of the three. They are in https://github.com/INK-USC/RE-Net, data/ICEWS18; docs/chronicle-icews.md says more.`

/** An event without its class would have no valence, so that one name that is not known stops the import. */
export const classesOf = (relations: Map<number, string>): Map<number, CameoClass> => {
  const classes = new Map<number, CameoClass>()
  const unmatched: string[] = []
  for (const [number, name] of relations) {
    const cameo = findCameoClass(name)
    if (cameo === undefined) unmatched.push(name)
    else classes.set(number, cameo)
  }
  if (unmatched.length === 0) return classes
  const list = unmatched.map((name) => `\n  ${name}`).join('')
  throw new BadItem(`No CAMEO class has the name of these relations:${list}`)
}
