import type { Actor, ChronicleEvent, Valence } from '#chronicle/chronicle-event'
import { type CameoClass, quadClassNames, verbOf } from './cameo.ts'
import { entityTypeOf, type Qualifiers } from './entity-type.ts'
import { splitParenthesis } from './parentheses.ts'
import type { IcewsLine } from './read-lines.ts'

/** As it is sent; the API has the rest by default. */
export type IcewsEvent = Omit<ChronicleEvent, 'causality' | 'location' | 'items'>

/** An actor of any event, without its role. */
export type IcewsActor = Omit<Actor, 'role'>

/** What the numbers of a line stand for. */
export interface IcewsMeaning {
  subject: IcewsActor
  object: IcewsActor
  cameo: CameoClass
}

const startMs = Date.UTC(2018, 0, 1)
const hourMs = 3_600_000

/** An event of a chronicle from a line; the same for the same line wherever it stands in the file. */
export const toChronicleEvent = (line: IcewsLine, { subject, object, cameo }: IcewsMeaning): IcewsEvent => ({
  id: idOf(line),
  timestamp: new Date(startMs + line.hour * hourMs).toISOString(),
  eventType: cameo.root,
  summary: `${subject.name} ${cameo.sentence.replace('~', () => object.name)}.`,
  actors: [
    { ...subject, role: 'agent' },
    { ...object, role: 'target' },
  ],
  action: verbOf(cameo),
  valence: valenceOf(subject.name, object.name, cameo),
  // by the press, and coded by a machine
  modality: 'reported',
  source: 'ICEWS',
  keywords: [`cameo:${cameo.code}`, cameo.root, quadClassNames[cameo.quadClass]],
  data: { cameo: cameo.code, goldstein: cameo.goldstein, quadClass: cameo.quadClass },
})

/** Of the line's content, and for the second time that it stands in the file, of that too. */
const idOf = ({ subject, relation, object, hour, occurrence }: IcewsLine): string => {
  const id = `icews-${subject}-${relation}-${object}-${hour}`
  return occurrence === 1 ? id : `${id}-${occurrence}`
}

/** An actor as its name tells it; what stands in its parentheses is its context. */
export const actorOf = (name: string, qualifiers: Qualifiers): IcewsActor => {
  const context = splitParenthesis(name)?.inParentheses
  const entityType = entityTypeOf(name, qualifiers)
  return { name, entityType, ...(context !== undefined && entityType !== 'Country' && { context }) }
}

/** How the trust of the one it was done to, in the one who did it, changes; nothing for a neutral class. */
const valenceOf = (subject: string, object: string, { goldstein }: CameoClass): Valence[] => {
  // the scale has one decimal: 0.074, not 0.07400000000000001
  const change = Math.max(-1, Math.min(1, Math.round(goldstein * 10) / 1_000))
  return change === 0 || subject === object
    ? []
    : [{ source: object, target: subject, type: 'trust', change }]
}
