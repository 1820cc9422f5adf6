import { expect, test } from 'vitest'
import { continueTrace } from './traceparent.ts'
import { traceparentOfXray } from './xray.ts'

const root = 'Root=1-5759e988-bd862e3fe1be46a994272793'
const trace = '5759e988bd862e3fe1be46a994272793'

test('root, parent and sampling become trace id, span id and flags', () => {
  expect(traceparentOfXray(`${root};Parent=53995c3f42cd8ad8;Sampled=1`)).toBe(
    `00-${trace}-53995c3f42cd8ad8-01`,
  )
  expect(traceparentOfXray(`${root};Parent=53995c3f42cd8ad8;Sampled=0;Lineage=25:a87bd80c:1`)).toBe(
    `00-${trace}-53995c3f42cd8ad8-00`,
  )
  expect(traceparentOfXray(`Self=1-0-0;${root.toUpperCase().replace('ROOT', 'Root')}; Sampled=1`)).toMatch(
    new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`),
  )
})

test('a trace that begins here gets a span that the specification allows', () => {
  for (const random of ['bd862e3fe1be46a994272793', '000000000000000094272793']) {
    const made = traceparentOfXray(`Root=1-5759e988-${random}`)
    expect(made).toMatch(/^00-5759e988[0-9a-f]{24}-(?!0{16})[0-9a-f]{16}-00$/)
    expect(continueTrace(made).slice(3, 35)).toBe(`5759e988${random}`)
  }
})

test('anything else is no trace', () => {
  for (const text of [undefined, '', 'Parent=53995c3f42cd8ad8;Sampled=1', 'Root=2-5759e988-bd86', `${root}0`])
    expect(traceparentOfXray(text)).toBeUndefined()
})
