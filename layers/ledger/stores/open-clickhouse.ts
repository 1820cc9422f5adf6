import { createClient } from '@clickhouse/client'
import type { ObjectStore } from '#platform/object-store/object-store'
import { clickHouseLedgerStore } from '../adapters/clickhouse.ts'
import { prepareClickHouse } from '../clickhouse/schema.ts'
import type { OpenedStore } from '../copies.ts'

/** @param url `http://USER:PASSWORD@HOST:8123/DATABASE`: the database exists, the tables are made in it. */
export const openClickHouse = async (url: string, archive: ObjectStore): Promise<OpenedStore> => {
  const client = createClient({ url })
  try {
    await prepareClickHouse(client)
  } catch (error) {
    await client.close()
    throw error
  }
  return { store: clickHouseLedgerStore({ client, archive }), close: () => client.close() }
}
