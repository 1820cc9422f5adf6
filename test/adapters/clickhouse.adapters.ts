import { ledgerStoreSuite } from '../conformance/ledger-store-suite.ts'
import { openClickHouse } from '../conformance/ledger-stores/clickhouse.ts'

ledgerStoreSuite('clickhouse', openClickHouse, { numRuns: 10, kills: 4 })
