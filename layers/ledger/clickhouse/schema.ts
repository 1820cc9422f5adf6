import type { ClickHouseClient } from '@clickhouse/client'

const layer = 'tenant_id String, world_id String, layer LowCardinality(String)'
const index = 'INDEX commit_id_index commit_id TYPE bloom_filter GRANULARITY 1'

const tables = [
  // one row for each commit, which is inserted whole or not at all; the same one twice counts once
  `CREATE TABLE IF NOT EXISTS ledger_commits (
    ${layer}, shard String, number UInt64, commit_id String, epoch_start UInt64, epoch_end UInt64, window_end UInt64,
    hash String, head String CODEC(ZSTD), places Array(String) CODEC(ZSTD), exponents Array(Int8), regions Array(String) CODEC(ZSTD),
    corrections Array(Bool), counts Array(UInt256) CODEC(ZSTD), weights Array(UInt256) CODEC(ZSTD),
    activities Array(UInt256) CODEC(ZSTD), squares Array(UInt256) CODEC(ZSTD), ${index}
  ) ENGINE = ReplacingMergeTree ORDER BY (tenant_id, world_id, layer, epoch_end, commit_id)`,
  // who wants to keep which commit at which place of a chain
  `CREATE TABLE IF NOT EXISTS ledger_claims (
    ${layer}, shard String, number UInt64, commit_id String, hash String, claim UUID, ${index}
  ) ENGINE = MergeTree ORDER BY (tenant_id, world_id, layer, shard, number)`,
  // the entries with all they have, in base64, while they are not in the archive
  `CREATE TABLE IF NOT EXISTS ledger_entries (
    ${layer}, shard String, number UInt64, hash String, entries String CODEC(ZSTD)
  ) ENGINE = MergeTree ORDER BY (tenant_id, world_id, layer, shard, number)`,
  `CREATE TABLE IF NOT EXISTS ledger_archived (
    ${layer}, shard String, number UInt64, pointer String, sha256 String, archived_at DateTime64(6) DEFAULT now64(6)
  ) ENGINE = MergeTree ORDER BY (tenant_id, world_id, layer, shard, number)`,
]

/** Makes the tables where they are missing, in the client's database. */
export const prepareClickHouse = async (client: ClickHouseClient): Promise<void> => {
  for (const query of tables) await client.command({ query })
}
