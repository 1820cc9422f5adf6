import type { Citation, EventActor, StoryEvent } from './source.ts'

/** An event as answers show it, with its citation and with whom its actors are. */
export interface ToldEvent extends Citation {
  /** Of the story. */
  timestamp: string
  eventType: string
  action: string
  summary: string
  modality: string
  source: string
  actors: EventActor[]
}

export const toldEvent = ({ chronicleId, eventId, seq, event, actors }: StoryEvent): ToldEvent => {
  const { timestamp, eventType, action, summary, modality, source } = event
  return { chronicleId, eventId, seq, timestamp, eventType, action, summary, modality, source, actors }
}
