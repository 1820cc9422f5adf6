import { beforeAll, expect, it } from 'vitest'
import { discreetFault } from './discreet-fault.ts'
import { dataFault, loadJsonSchema } from './json-schema.ts'

beforeAll(loadJsonSchema)

const schema = {
  type: 'object',
  properties: {
    pin: { type: 'string', maxLength: 4 },
    kind: { enum: ['a', 'b'] },
    tag: { const: 7 },
    notes: { type: 'array', items: { type: 'object', properties: { text: { type: 'string' } } } },
    people: { type: 'object', additionalProperties: { type: 'number' } },
  },
  required: ['pin'],
  additionalProperties: false,
}

it.each([
  [{ pin: 'hush-hush' }, 'pin'],
  [{ pin: 'x', kind: 'hush-hush' }, 'kind'],
  [{ pin: 'x', tag: 'hush-hush' }, 'tag'],
  [{ pin: 'x', notes: [{ text: 1 }] }, 'notes.0.text'],
  [{ pin: 'x', people: { 'hush-hush': 'hush-hush' } }, 'people'],
  [{ pin: 'x', 'hush-hush': 1 }, ''],
  [{}, 'pin'],
])('says of %j where the schema does not hold, and nothing of the data', (data, path) => {
  const fault = discreetFault(schema, dataFault(schema, data)!)
  expect(fault.path).toBe(path)
  expect(JSON.stringify(fault)).not.toContain('hush')
})
