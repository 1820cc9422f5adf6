import { setTimeout as delay } from 'node:timers/promises'
import { ProjectionBusy } from '#chronicle/projection/postgres/lock'

const againMs = 200

/** The work, as soon as nobody else projects the world: whoever does is done with a batch soon. */
export const patiently = async <T>(work: () => Promise<T>): Promise<T> => {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof ProjectionBusy)) throw error
      await delay(againMs)
    }
  }
}
