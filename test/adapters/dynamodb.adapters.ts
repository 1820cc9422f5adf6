import { ledgerStoreSuite } from '../conformance/ledger-store-suite.ts'
import { openMiniStackTable } from '../conformance/ledger-stores/ministack.ts'
import { unlessBrief } from './brief.ts'

ledgerStoreSuite('dynamodb of MiniStack', openMiniStackTable, unlessBrief({ numRuns: 10 }))
