import type { StoreOpeners } from '#ledger/copies'
import { openDynamoDb } from '#ledger/stores/open-dynamodb'
import { openObjectStore } from '#ledger/stores/open-object-store'
import type { ObjectStore } from '#platform/object-store/object-store'
import type { CommitEngineConfig } from './config.ts'

/** The others are files, or databases that functions have no way to. */
const notOnAws = { toOffer: 'on AWS only object-store and dynamodb are' }

export const awsStoreOpeners = (
  { AWS_REGION: region, COPIES_TABLE: table }: CommitEngineConfig,
  objects: ObjectStore,
): StoreOpeners => ({
  'object-store': () => openObjectStore(objects),
  dynamodb: () => openDynamoDb({ region, table }, objects),
  sqlite: notOnAws,
  leveldb: notOnAws,
  cassandra: notOnAws,
  clickhouse: notOnAws,
})
