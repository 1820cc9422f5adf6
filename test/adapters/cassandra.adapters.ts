import { ledgerStoreSuite } from '../conformance/ledger-store-suite.ts'
import { openCassandra } from '../conformance/ledger-stores/cassandra.ts'
import { unlessBrief } from './brief.ts'

ledgerStoreSuite('cassandra', openCassandra, unlessBrief({ numRuns: 20 }))
