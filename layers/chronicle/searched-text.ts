import type { Json } from '#world/event'
import type { ChronicleEvent } from './chronicle-event.ts'

/** What a search reads of an event, by weight; a text is '' where there is nothing. */
export interface SearchedText {
  /** Summary, and names of actors that it does not have. */
  a: string
  /** Keywords, action, type. */
  b: string
  /** Names of items and of the place. */
  c: string
  /** Texts of its data, the first ones. */
  d: string
  /** Names of actors, whose words are found as they are too: some are stop words. */
  names: string
  /** What is compared by trigrams: names, keywords, action, type. */
  similar: string
}

/** Of data, in characters: the words after that are not found. */
const dataCharacters = 4_096
/** Of the text that is compared by trigrams, whose index is the dearest part of a write. */
const similarCharacters = 512

export const searchedText = (event: ChronicleEvent): SearchedText => {
  const actors = event.actors.map(({ name }) => name)
  const places = event.location?.name === undefined ? [] : [event.location.name]
  const items = event.items?.map(({ name }) => name) ?? []
  const { action, eventType, keywords, summary } = event
  const terms = [...new Set([...keywords, action, eventType])]
  const names = lines(actors)
  return {
    a: lines([summary, ...actors.filter((name) => !summary.includes(name))]),
    b: lines(terms),
    c: lines([...items, ...places]),
    d: cut(lines(textsOf(event.data, [])), dataCharacters),
    names,
    similar: cut(lines([names, ...items, ...places, ...terms]), similarCharacters),
  }
}

const lines = (texts: string[]): string => texts.join('\n')

const cut = (text: string, characters: number): string => text.slice(0, characters).toWellFormed()

/** Texts anywhere in the value, keys left out, in order. */
const textsOf = (value: Json, found: string[]): string[] => {
  if (typeof value === 'string') found.push(value)
  else if (typeof value === 'object' && value !== null)
    for (const part of Object.values(value)) textsOf(part, found)
  return found
}

/** Marks by which events are found: `a:` an actor's name or id, `k:` a keyword, `<:` what it is caused by, `>:` what it causes. */
export const marksOf = ({ actors, keywords, causality }: ChronicleEvent): string[] => {
  const marks = new Set<string>()
  for (const { entityId, name } of actors) {
    marks.add(actorMark(name))
    if (entityId !== undefined) marks.add(actorMark(entityId))
  }
  for (const keyword of keywords) marks.add(keywordMark(keyword))
  for (const id of causality.causedBy) marks.add(causedByMark(id))
  for (const id of causality.causes) marks.add(causesMark(id))
  return [...marks]
}

export const actorMark = (nameOrId: string): string => `a:${nameOrId}`
export const keywordMark = (keyword: string): string => `k:${keyword}`
export const causedByMark = (eventId: string): string => `<:${eventId}`
export const causesMark = (eventId: string): string => `>:${eventId}`
