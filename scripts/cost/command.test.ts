import { expect, it } from 'vitest'
import { costCommand } from './command.ts'
import { SynthFailed } from './synth.ts'
import { assemblyOf, type Stacks, smallStacks } from './test-template.ts'

const runWith = async (stacks: Stacks, ...args: string[]) => {
  const out: string[] = []
  const err: string[] = []
  const stages: string[] = []
  const code = await costCommand({
    args,
    synthesize: async (stage) => {
      stages.push(stage)
      if (stage === 'broken') throw new SynthFailed('functions/relay cannot be bundled')
      return assemblyOf(stacks)
    },
    out: (text) => out.push(text),
    err: (text) => err.push(text),
  })
  return { code, stages, out, err: err.join('\n') }
}

const more = (Type: string): Stacks => ({ ...smallStacks(), more: { More: { Type } } })

it('prints the tables, and JSON as the last line', async () => {
  const { code, stages, out, err } = await runWith(smallStacks())
  expect([code, stages, err]).toEqual([0, ['dev'], ''])
  expect(out[0]).toMatch(/^Stage dev in us-east-1/)
  expect(JSON.parse(out.at(-1)!)).toMatchObject({ cost: 'dev', freeTier: false, goals: [{ holds: true }] })
})

it('prints JSON alone', async () => {
  const { out } = await runWith(smallStacks(), '--json', '--free-tier', '--stage', 'prod')
  expect(out).toHaveLength(1)
  expect(JSON.parse(out[0]!)).toMatchObject({ cost: 'prod', freeTier: true })
})

it('fails where nobody plays and it is dear', async () => {
  const { code, out, err } = await runWith(more('AWS::EC2::NatGateway'))
  expect(code).toBe(1)
  expect(err).toMatch(/^Idle costs 3\d\.\d\d dollars a month, and has to cost less than 5\.00\./)
  expect(JSON.parse(out.at(-1)!).goals).toMatchObject([{ holds: false, reach: 5 }])
})

it('fails where it cannot tell, and says why', async () => {
  const unknown = await runWith(more('AWS::Kinesis::Stream'))
  expect([unknown.code, unknown.out]).toEqual([1, []])
  expect(unknown.err).toContain('AWS::Kinesis::Stream (more/More)')
  const broken = await runWith(smallStacks(), '--stage', 'broken')
  expect([broken.code, broken.err]).toEqual([1, 'functions/relay cannot be bundled'])
})

it('shows how it is used', async () => {
  expect(await runWith(smallStacks(), '--help')).toMatchObject({ code: 0, stages: [] })
  const wrong = await runWith(smallStacks(), '--cheaper')
  expect(wrong).toMatchObject({ code: 2, stages: [], out: [] })
  expect(wrong.err).toContain('--cheaper')
})
