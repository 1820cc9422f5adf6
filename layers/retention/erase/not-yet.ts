/** A step cannot go on yet: others have to come to something first. */
export class NotYet extends Error {
  readonly code = 'not-yet'
}
