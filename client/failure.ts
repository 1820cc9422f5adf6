/** Why a request or a stream came to nothing. */
export interface Failure {
  /** `network`: no answer, or it broke off; `http`: a status; `protocol`: an answer that makes no sense; `token`: none was had. */
  kind: 'network' | 'http' | 'protocol' | 'token'
  /** Of kind `http`. */
  status?: number
  /** The server asked to wait for so long. */
  retryAfterMs?: number
  /** What the server, or the platform, said. */
  detail: string
}

/** Why a client has closed by itself, and what to do about it. */
export interface SyncError {
  code: 'unauthorised' | 'forbidden' | 'not-found' | 'refused'
  status: number
  message: string
}

/** The error of an answer that will not change when it is asked for again. */
export const errorOf = ({ status = 0, detail }: Failure, hasToken: boolean): SyncError => {
  switch (status) {
    case 401:
      return { code: 'unauthorised', status, message: `${hasToken ? freshAdvice : tokenAdvice} (${detail})` }
    case 403:
      return { code: 'forbidden', status, message: `${scopeAdvice} (${detail})` }
    case 404:
      return {
        code: 'not-found',
        status,
        message: `There is no such world, or no API at this url (${detail})`,
      }
    default:
      return { code: 'refused', status, message: `The server refuses the request: ${detail}` }
  }
}

const tokenAdvice =
  'The server wants a token: give createStateSync the option token, a function that resolves to one'
const freshAdvice =
  'The server refused a token and the next one too: see that the option token resolves to one that has not ' +
  'expired and is of the issuer that the server is set up with, then start again'
const scopeAdvice = 'The token does not allow to read this world: ask for one with the scope world:read'

/** Whether asking again may have another answer. */
export const mayPass = ({ kind, status = 0 }: Failure): boolean =>
  kind !== 'http' || status >= 500 || status < 400 || status === 408 || status === 425 || status === 429
