import { expect, test } from 'vitest'
import { cdkArguments, parseDeployOptions, UsageError } from './options.ts'

test('by default the stage dev is deployed, with nobody asked', () => {
  const options = parseDeployOptions([])
  expect(options).toEqual({ stage: 'dev', help: false, flags: [] })
  expect(cdkArguments(options, 'outputs.json')).toEqual([
    ...['deploy', '--all', '--context', 'stage=dev'],
    ...['--require-approval', 'never', '--progress', 'events', '--outputs-file', 'outputs.json'],
  ])
})

test('flags of the CDK are passed on, in their order, and win over the defaults', () => {
  const args = ['--profile', 'games', '--stage', 'prod', '--require-approval=broadening', '-v']
  const options = parseDeployOptions(args)
  expect(options).toMatchObject({ stage: 'prod' })
  expect(cdkArguments(options, 'outputs.json')).toEqual([
    ...[
      'deploy',
      '--all',
      '--context',
      'stage=prod',
      '--progress',
      'events',
      '--outputs-file',
      'outputs.json',
    ],
    ...['--profile', 'games', '--require-approval=broadening', '-v'],
  ])
  expect(parseDeployOptions(['--stage=prod']).stage).toBe('prod')
})

test('a stage without a name is refused', () => {
  for (const args of [['--stage'], ['--stage='], ['--stage', '--help']])
    expect(() => parseDeployOptions(args)).toThrow(UsageError)
})
