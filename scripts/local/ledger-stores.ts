import { join } from 'node:path'
import * as z from 'zod'
import type { StoreOpeners } from '#ledger/copies'
import { openCassandra } from '#ledger/stores/open-cassandra'
import { openClickHouse } from '#ledger/stores/open-clickhouse'
import { openDynamoDb } from '#ledger/stores/open-dynamodb'
import { openLevelDb } from '#ledger/stores/open-leveldb'
import { openObjectStore } from '#ledger/stores/open-object-store'
import { openSqlite } from '#ledger/stores/open-sqlite'
import { flag, resourceName, resourceUrl } from '#platform/config/settings'
import type { ObjectStore } from '#platform/object-store/object-store'

/** Databases of your own that commits can be copied to: docs/adapters.md. */
export const ledgerStoreSettings = z.object({
  LEDGER_DYNAMODB_TABLE: resourceName.optional(),
  LEDGER_DYNAMODB_REGION: resourceName.default('us-east-1'),
  /** Default: AWS. */
  LEDGER_DYNAMODB_ENDPOINT: resourceUrl.optional(),
  /** HOST or HOST:PORT, between commas. */
  LEDGER_CASSANDRA_CONTACT_POINTS: z.string().optional(),
  LEDGER_CASSANDRA_DATACENTER: z.string().default('datacenter1'),
  LEDGER_CASSANDRA_KEYSPACE: z.string().default('ledger'),
  LEDGER_CASSANDRA_USERNAME: z.string().optional(),
  LEDGER_CASSANDRA_PASSWORD: z.string().default(''),
  LEDGER_CASSANDRA_TLS: flag,
  LEDGER_CLICKHOUSE_URL: resourceUrl.optional(),
})

export type LedgerStoreSettings = z.output<typeof ledgerStoreSettings>

/**
 * Every store that this machine has of itself, in `folder` and in the object store, and the databases of the settings.
 *
 * @param objects also the archive of all stores
 */
export const localStoreOpeners = (
  settings: LedgerStoreSettings,
  folder: string,
  objects: ObjectStore,
): StoreOpeners => ({
  sqlite: () => openSqlite(join(folder, 'ledger.sqlite'), objects),
  leveldb: () => openLevelDb(join(folder, 'leveldb'), objects),
  'object-store': () => openObjectStore(objects),
  dynamodb: dynamoDbOpener(settings, objects),
  cassandra: cassandraOpener(settings, objects),
  clickhouse: clickHouseOpener(settings, objects),
})

const dynamoDbOpener = (settings: LedgerStoreSettings, archive: ObjectStore): StoreOpeners['dynamodb'] => {
  const {
    LEDGER_DYNAMODB_TABLE: table,
    LEDGER_DYNAMODB_REGION: region,
    LEDGER_DYNAMODB_ENDPOINT: endpoint,
  } = settings
  if (table === undefined) return { toOffer: 'set LEDGER_DYNAMODB_TABLE and LEDGER_DYNAMODB_REGION' }
  return () => openDynamoDb({ table, region, ...(endpoint !== undefined && { endpoint }) }, archive)
}

const cassandraOpener = (settings: LedgerStoreSettings, archive: ObjectStore): StoreOpeners['cassandra'] => {
  const {
    LEDGER_CASSANDRA_CONTACT_POINTS: points,
    LEDGER_CASSANDRA_DATACENTER: datacenter,
    LEDGER_CASSANDRA_KEYSPACE: keyspace,
    LEDGER_CASSANDRA_USERNAME: username,
    LEDGER_CASSANDRA_PASSWORD: password,
    LEDGER_CASSANDRA_TLS: tls,
  } = settings
  if (points === undefined)
    return { toOffer: 'set LEDGER_CASSANDRA_CONTACT_POINTS and LEDGER_CASSANDRA_DATACENTER' }
  const contactPoints = points.split(',').map((point) => point.trim())
  const credentials = username === undefined ? undefined : { username, password }
  return () => openCassandra({ contactPoints, datacenter, keyspace, credentials, tls }, archive)
}

const clickHouseOpener = (
  { LEDGER_CLICKHOUSE_URL: url }: LedgerStoreSettings,
  archive: ObjectStore,
): StoreOpeners['clickhouse'] =>
  url === undefined ? { toOffer: 'set LEDGER_CLICKHOUSE_URL' } : () => openClickHouse(url, archive)
