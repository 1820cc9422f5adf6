import { ledgerStoreSuite } from '../conformance/ledger-store-suite.ts'
import { openMiniStackTable } from '../conformance/ledger-stores/ministack.ts'

ledgerStoreSuite('dynamodb of MiniStack', openMiniStackTable, { numRuns: 10 })
