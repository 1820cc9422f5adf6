import type { SealedData } from '../component-types/sealed.ts'
import type { JsonObject } from '../event.ts'
import { createDataKeys, type DataKeyOptions } from './data-keys.ts'
import { SealBroken } from './errors.ts'
import { keyIdOf, openWith, type SealedPlace, sealWith } from './seal.ts'

/** Seals and opens the data of sensitive components, with a key of each tenant. */
export interface Sealing {
  /** @throws KeyGone, KeeperUnavailable, and what PostgreSQL throws */
  seal(place: SealedPlace, data: JsonObject): Promise<SealedData>
  /** @throws SealBroken, KeyGone, KeeperUnavailable, and what PostgreSQL throws */
  open(place: SealedPlace, sealed: SealedData): Promise<JsonObject>
  /**
   * Seals with another key from now on, in other processes within five minutes. Answers its id.
   *
   * @throws KeyGone, KeeperUnavailable, and what PostgreSQL throws
   */
  rotate(tenantId: string): Promise<string>
}

export const createSealing = (options: DataKeyOptions): Sealing => {
  const keys = createDataKeys(options)
  return {
    seal: async (place, data) => ({ $sealed: sealWith(await keys.active(place.tenantId), place, data) }),
    open: async (place, sealed) => {
      const { $sealed: text } = sealed
      const keyId = keyIdOf(text)
      if (keyId === undefined)
        throw new SealBroken(`the sealed ${place.type} of '${place.entityId}' is no sealed text`)
      return openWith(await keys.byId(place.tenantId, keyId), place, text)
    },
    rotate: async (tenantId) => (await keys.rotate(tenantId)).id,
  }
}
