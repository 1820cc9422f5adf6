import { ledgerStoreSuite } from './ledger-store-suite.ts'
import { openDynalite } from './ledger-stores/dynamodb.ts'
import { openFiles } from './ledger-stores/files.ts'
import { openLevel } from './ledger-stores/leveldb.ts'
import { openS3 } from './ledger-stores/s3.ts'
import { openSqlite } from './ledger-stores/sqlite.ts'

// the stores that npm alone can give; `npm run test:adapters` has the others
ledgerStoreSuite('sqlite', openSqlite)
ledgerStoreSuite('leveldb', openLevel)
ledgerStoreSuite('objects as files', openFiles, { numRuns: 10 })
ledgerStoreSuite('objects in S3', openS3, { numRuns: 5 })
ledgerStoreSuite('dynamodb', openDynalite, { numRuns: 10 })
