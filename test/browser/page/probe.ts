import {
  createStateSync,
  type Position,
  type StateSync,
  type StateSyncOptions,
} from '../../../client/index.ts'

/** Of the options, what can be told to a page. */
export type Wishes = Omit<StateSyncOptions, 'url' | 'fetch' | 'token' | 'encoding'>

/** What a test asks of the client in a page. */
export interface Probe {
  follow(options: Wishes): void
  state(): string
  /** All states so far, in order. */
  states(): string[]
  /** As JSON, in which nothing is lost on the way to the test. */
  entities(): string
  position(id: string): Position | undefined
  /** By the clock of this machine, in milliseconds; null: not yet. */
  createdAt(id: string): number | null
  /** Events of the page's life, such as `freeze`. */
  life(): string[]
  /** Sets the page's clock forward. */
  jump(ms: number): void
}

/** What a page has of these and Node has not. */
interface Page {
  document: { visibilityState: string; addEventListener(type: string, listener: () => void): void }
}

const { document } = globalThis as unknown as Page

const createProbe = (): Probe => {
  let sync: StateSync
  const states: string[] = []
  const life: string[] = []
  const created = new Map<string, number>()
  for (const type of ['freeze', 'resume']) document.addEventListener(type, () => life.push(type))
  document.addEventListener('visibilitychange', () => life.push(document.visibilityState))
  const { now } = Date
  return {
    follow(options) {
      // the page comes from the API
      sync = createStateSync({ url: '', ...options })
      sync.onStatus(({ state }) => states.at(-1) !== state && states.push(state))
      sync.onChange((batch) => {
        for (const id of batch.created) created.set(id, now())
      })
      sync.start()
    },
    state: () => sync.state,
    states: () => states,
    entities: () => JSON.stringify(sync.entities()),
    position: (id) => sync.entity(id)?.position,
    createdAt: (id) => created.get(id) ?? null,
    life: () => life,
    jump: (ms) => {
      const before = Date.now
      Date.now = () => before() + ms
    },
  }
}

declare global {
  var probe: Probe
}
globalThis.probe = createProbe()
