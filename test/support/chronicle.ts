import type { TestApi } from './api.ts'

/** The least that an event may be, with some fields of its own. */
export const told = (id: string, fields: object = {}) => ({
  ...{
    id,
    timestamp: '2018-01-01T00:00:00Z',
    eventType: 'meeting',
    summary: `Summary of ${id}`,
    action: 'met',
  },
  ...fields,
})

/** Routes of the chronicles of one world. */
export const chroniclesOf = (api: TestApi, world: string) => {
  const path = (chronicle: string, rest = '') => {
    const separator = rest.includes('?') ? '&' : '?'
    return `/api/chronicles/${encodeURIComponent(chronicle)}${rest}${separator}world=${encodeURIComponent(world)}`
  }
  return {
    post: (chronicle: string, body: unknown, headers?: Record<string, string>) =>
      api.call('POST', path(chronicle, '/events'), body, headers),
    lines: (chronicle: string, text: string) =>
      api.call('POST', path(chronicle, '/events'), text, { 'content-type': 'application/x-ndjson' }),
    list: (chronicle: string, query = '') => api.call('GET', path(chronicle, `/events?${query}`)),
    get: (chronicle: string, event: string, rest = '') =>
      api.call('GET', path(chronicle, `/events/${encodeURIComponent(event)}${rest}`)),
    put: (chronicle: string, event: string, body: unknown) =>
      api.call('PUT', path(chronicle, `/events/${encodeURIComponent(event)}`), body),
    retract: (chronicle: string, event: string, reason = '') =>
      api.call(
        'DELETE',
        path(chronicle, `/events/${encodeURIComponent(event)}?reason=${encodeURIComponent(reason)}`),
      ),
    create: (body: object) => api.call('POST', `/api/chronicles?world=${encodeURIComponent(world)}`, body),
    chronicle: (chronicle: string, query = '') => api.call('GET', path(chronicle, `?${query}`)),
  }
}
