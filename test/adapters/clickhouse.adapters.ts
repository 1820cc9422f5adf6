import { ledgerStoreSuite } from '../conformance/ledger-store-suite.ts'
import { openClickHouse } from '../conformance/ledger-stores/clickhouse.ts'
import { unlessBrief } from './brief.ts'

ledgerStoreSuite('clickhouse', openClickHouse, unlessBrief({ numRuns: 10, kills: 4 }))
