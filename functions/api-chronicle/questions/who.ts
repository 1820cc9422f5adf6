import type { QuestionSource } from '#chronicle/questions/source'
import { HttpProblem, invalid } from '#platform/http/problem'

/**
 * The id of whom a question means by an id or a name. An id comes first; what is neither is taken for an id, of somebody
 * who may have been there once.
 *
 * @throws HttpProblem 400 where several have the name.
 */
export const whoIs = async (source: QuestionSource, field: string, text: string): Promise<string> => {
  if ((await source.entities([text])).has(text)) return text
  const ids = await source.named(text)
  if (ids.length <= 1) return ids[0] ?? text
  const message = `must be an id: the name '${text}' is that of ${ids.map((id) => `'${id}'`).join(', ')}`
  throw invalid([{ field: `query.${field}`, message }])
}

/**
 * As `whoIs`, of somebody who is there.
 *
 * @throws HttpProblem 404 where nobody is.
 */
export const whoIsThere = async (source: QuestionSource, field: string, text: string): Promise<string> => {
  const id = await whoIs(source, field, text)
  if ((await source.entities([id])).has(id)) return id
  const message = `must be the id of an entity, or its name: there is none for '${text}'`
  throw new HttpProblem(404, 'Not found', `query.${field}: ${message}`, {
    errors: [{ field: `query.${field}`, message }],
  })
}
