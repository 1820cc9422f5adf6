/** Whose requests wait together, in order: one world of one tenant. */
export interface OverflowKey {
  tenantId: string
  world: string
}

/** A write request as JSON; the store reads nothing of it. */
export interface OverflowRequest {
  requestId: string
  [field: string]: unknown
}

/**
 * Where write requests wait while the database is away. The first one diverted sets its world's marker,
 * outside the database; as long as it stands every request of that world is diverted too, so that their
 * order holds: a request that comes after another one was acknowledged takes effect after it. Nothing that
 * `divert` acknowledged is lost, whatever crashes; a request may be applied again after a crash, which its
 * request id makes harmless.
 */
export interface OverflowStore {
  /** Whether the marker stands: whether a request that was acknowledged has yet to be applied. */
  isDiverted(key: OverflowKey): Promise<boolean>
  /** Sets the marker and appends the request; resolves when both are durable. */
  divert(key: OverflowKey, request: OverflowRequest): Promise<void>
  /** Whether the request of that id was diverted and has not been applied yet. */
  isWaiting(key: OverflowKey, requestId: string): Promise<boolean>
}

/** The overflow of one machine, whose own process applies what waits: see `startDrainer`. */
export interface OverflowSpool extends OverflowStore {
  /** As of every store; while a drain applies the last requests the answer waits for how that ends. */
  isDiverted(key: OverflowKey): Promise<boolean>
  /**
   * Applies what waits, until nothing does, and then takes the marker away; a request that is diverted
   * meanwhile is either applied too or sets the marker again. `apply` is called in order, and for some requests
   * more before the first has ended: it keeps their order itself. Where it rejects, that request stays, with
   * all behind it, and `drain` rejects with the same error. One drain of a key runs at a time. Resolves to
   * the number applied.
   */
  drain(key: OverflowKey, apply: (request: OverflowRequest) => Promise<void>): Promise<number>
  divertedKeys(): Promise<OverflowKey[]>
}

/** The overflow is away itself, so that it is not known whether a request may go past it; `cause` says why. */
export class OverflowUnavailable extends Error {
  readonly code = 'overflow-unavailable'
}
