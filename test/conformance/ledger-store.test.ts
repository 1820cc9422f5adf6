import { ledgerStoreSuite } from './ledger-store-suite.ts'
import { openDynalite } from './ledger-stores/dynamodb.ts'
import { openFiles } from './ledger-stores/files.ts'
import { openLevel } from './ledger-stores/leveldb.ts'
import { openPostgres } from './ledger-stores/postgres.ts'
import { openSqlite } from './ledger-stores/sqlite.ts'

// the stores that npm alone can give; `npm run test:adapters` has the others
ledgerStoreSuite('postgres', openPostgres, { numRuns: 20, kills: 3 })
ledgerStoreSuite('sqlite', openSqlite, { kills: 3 })
ledgerStoreSuite('leveldb', openLevel, { kills: 3 })
ledgerStoreSuite('objects as files', openFiles, { numRuns: 10, kills: 2 })
ledgerStoreSuite('dynamodb', openDynalite, { numRuns: 5, kills: 2 })
