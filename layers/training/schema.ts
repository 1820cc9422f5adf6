import type { DatasetFormat } from './dataset.ts'
import { parquetSchema } from './parquet-columns.ts'

const lineSchema = {
  ...{
    snapshot: 'int',
    snapshot_id: 'uuid',
    seq: 'int',
    timestamp: 'iso8601',
    entity_id: 'text',
    name: 'text',
  },
  ...{ class_type: 'text', archetype: 'text', tags: '[text]', flux_position: 'int', sacred: 'boolean' },
  ...{
    weight: 'number',
    split: 'text',
    position: '[number; 3]',
    rotation: '[number; 4]',
    scale: '[number; 3]',
  },
  ...{
    parent_id: 'text?',
    root_id: 'text',
    depth: 'int',
    parameters: 'object',
    components: '{type: object}',
  },
  ...{
    extra: 'object',
    connection_count: 'int',
    connections: '[object]',
    activity: 'number?',
    mass: 'number?',
  },
  ...{ jitter: 'number?', anchored: 'boolean' },
}

/** Names and types of a sample's fields; `?`: or null. */
export const schemaOf = (format: DatasetFormat) =>
  format === 'parquet'
    ? parquetSchema
    : Object.entries(lineSchema).map(([name, type]) => ({
        ...{ name, type: type.replace('?', ''), optional: type.endsWith('?') },
      }))
