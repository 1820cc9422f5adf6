import { ledgerStoreSuite } from '../conformance/ledger-store-suite.ts'
import { openFiles } from '../conformance/ledger-stores/files.ts'
import { openLevel } from '../conformance/ledger-stores/leveldb.ts'
import { openS3 } from '../conformance/ledger-stores/s3.ts'
import { openSqlite } from '../conformance/ledger-stores/sqlite.ts'
import { isBrief, unlessBrief } from './brief.ts'

ledgerStoreSuite('objects in S3', openS3, unlessBrief({ numRuns: 10 }))
// those of `npm test` once more, with more random ledgers and more crashes
if (!isBrief) {
  ledgerStoreSuite('sqlite', openSqlite, { numRuns: 200, kills: 12 })
  ledgerStoreSuite('leveldb', openLevel, { numRuns: 100, kills: 12 })
  ledgerStoreSuite('objects as files', openFiles)
}
