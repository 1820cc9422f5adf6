import { expect, test } from 'vitest'
import { InvalidSettings, readCdkContext, readStage } from '../../infra/settings.ts'

const aurora = { kind: 'aurora', minAcu: 0, maxAcu: 2, backupDays: 1, deletionProtection: false }
const stages = { small: { onDelete: 'destroy', database: aurora }, big: {} }

const problemOf = (read: () => unknown): string => {
  try {
    read()
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidSettings)
    return (error as Error).message
  }
  throw new Error('nothing was thrown')
}

test('every stage of cdk.json is complete', () => {
  const { stages: real } = readCdkContext()
  for (const name of Object.keys(real as object)) expect(readStage(real, name).database.kind).toBeTruthy()
})

test('what is left out has a default', () => {
  const { physics, api, identity, web } = readStage(stages, 'small')
  expect(physics).toMatchObject({ maxTasks: 1, cpu: 512, containerInsights: false })
  expect(api).toMatchObject({ streaming: true, throttle: { requestsPerSecond: 500, burst: 1_000 } })
  expect([identity, web.enabled]).toEqual([undefined, false])
})

test('an unknown stage lists those that there are', () => {
  expect(problemOf(() => readStage(stages, 'medium'))).toBe(
    "There is no stage 'medium'. cdk.json has small, big.",
  )
  expect(problemOf(() => readStage(undefined, 'medium'))).toContain('cdk.json has none')
  expect(problemOf(() => readStage(stages, 'toString'))).toContain("There is no stage 'toString'")
})

test('a missing, an unknown and a wrong setting name themselves, all at once', () => {
  const wrong = { onDelete: 'keep', database: { ...aurora, maxAcu: undefined }, phsyics: {} }
  const problem = problemOf(() => readStage({ wrong }, 'wrong'))
  expect(problem.split('\n')).toEqual([
    'stages.wrong.onDelete: Invalid option: expected one of "destroy"|"retain"',
    'stages.wrong.database.maxAcu: is missing',
    'stages.wrong.phsyics: there is no such setting',
  ])
})

test('a name that no resource could have is refused', () => {
  expect(problemOf(() => readStage({ Big_One: stages.small }, 'Big_One'))).toContain(
    'stages.Big_One: a stage',
  )
})

test('overrides are laid over the stage field by field, and validated with it', () => {
  const settings = readStage(stages, 'small', { database: { maxAcu: 8 }, physics: { maxTasks: 3 } })
  expect(settings.database).toMatchObject({ kind: 'aurora', maxAcu: 8, backupDays: 1 })
  expect(settings.physics).toMatchObject({ maxTasks: 3, worldsPerTask: 20 })
  const problem = problemOf(() => readStage(stages, 'small', { database: { size: 8 } }))
  expect(problem).toBe('stages.small.database.size: there is no such setting')
})
