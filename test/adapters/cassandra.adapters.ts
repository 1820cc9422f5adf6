import { ledgerStoreSuite } from '../conformance/ledger-store-suite.ts'
import { openCassandra } from '../conformance/ledger-stores/cassandra.ts'

ledgerStoreSuite('cassandra', openCassandra, { numRuns: 20 })
