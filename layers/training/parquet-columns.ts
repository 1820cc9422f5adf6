import type { Sample } from './sample.ts'

export type Column = {
  name: string
  type: 'BOOLEAN' | 'INT32' | 'INT64' | 'DOUBLE' | 'BYTE_ARRAY'
  converted_type?: 'UTF8' | 'JSON' | 'TIMESTAMP_MILLIS'
  /** Default: no. */
  optional?: true
  of: (sample: Sample) => unknown
}

const text = (name: string, of: Column['of']): Column => ({
  name,
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  of,
})
const json = (name: string, of: Column['of']): Column => ({
  ...{ name, type: 'BYTE_ARRAY', converted_type: 'JSON', of },
})
const double = (name: string, of: Column['of']): Column => ({ name, type: 'DOUBLE', of })
const whole = (name: string, of: Column['of']): Column => ({ name, type: 'INT32', of })
const optional = (column: Column): Column => ({ ...column, optional: true })

/** A column for each field of a sample, and for each number of its vectors; what has no fixed shape is JSON. */
export const columns: Column[] = [
  whole('snapshot', (sample) => sample.snapshot),
  text('snapshot_id', (sample) => sample.snapshot_id),
  { name: 'seq', type: 'INT64', of: (sample) => BigInt(sample.seq) },
  {
    ...{ name: 'timestamp', type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
    of: (sample) => new Date(sample.timestamp),
  },
  text('entity_id', (sample) => sample.entity_id),
  text('name', (sample) => sample.name),
  text('class_type', (sample) => sample.class_type),
  text('archetype', (sample) => sample.archetype),
  json('tags', (sample) => sample.tags),
  whole('flux_position', (sample) => sample.flux_position),
  { name: 'sacred', type: 'BOOLEAN', of: (sample) => sample.sacred },
  double('weight', (sample) => sample.weight),
  text('split', (sample) => sample.split),
  ...['x', 'y', 'z'].map((axis, at) => double(axis, (sample) => sample.position[at])),
  ...['x', 'y', 'z', 'w'].map((axis, at) => double(`rotation_${axis}`, (sample) => sample.rotation[at])),
  ...['x', 'y', 'z'].map((axis, at) => double(`scale_${axis}`, (sample) => sample.scale[at])),
  optional(text('parent_id', (sample) => sample.parent_id)),
  text('root_id', (sample) => sample.root_id),
  whole('depth', (sample) => sample.depth),
  json('parameters', (sample) => sample.parameters),
  json('components', (sample) => sample.components),
  json('extra', (sample) => sample.extra),
  whole('connection_count', (sample) => sample.connection_count),
  json('connections', (sample) => sample.connections),
  optional(double('activity', (sample) => sample.activity)),
  optional(double('mass', (sample) => sample.mass)),
  optional(double('jitter', (sample) => sample.jitter)),
  { name: 'anchored', type: 'BOOLEAN', of: (sample) => sample.anchored },
]

/** Names and types, for a manifest. */
export const parquetSchema = columns.map(({ name, type, converted_type, optional = false }) => ({
  ...{ name, type: converted_type ?? type, optional },
}))

export const schemaElements = [
  { name: 'sample', num_children: columns.length },
  ...columns.map(({ name, type, converted_type, optional }) => ({
    ...{ name, type, repetition_type: optional ? ('OPTIONAL' as const) : ('REQUIRED' as const) },
    ...(converted_type !== undefined && { converted_type }),
  })),
]
