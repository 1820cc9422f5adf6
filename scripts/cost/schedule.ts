import { monthHours } from '#platform/cost/item'
import { type Assembly, type Resource, referenced } from './assembly.ts'
import { listAt, textAt, unpriced, valueAt } from './properties.ts'

/** A function that runs by the clock, whether somebody plays or not. */
export interface Schedule {
  /** A month. */
  runs: number
  target: Resource
}

const hoursOf: Record<string, number> = { minute: 1 / 60, hour: 1, day: 24 }

/** The schedules that a resource makes: one, or for a rule one for each target; none for a rule of events. */
export const schedulesOf = (resource: Resource, assembly: Assembly): Schedule[] => {
  const expression = textAt(resource, 'ScheduleExpression')
  if (expression === '') return []
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression)
  if (rate === null) throw unpriced(resource, `how often ${expression} comes is not known; use rate(…)`)
  const runs = monthHours / (Number(rate[1]) * hoursOf[rate[2]!]!)
  const targets =
    resource.type === 'AWS::Events::Rule'
      ? listAt(resource, 'Targets').map((target) => (target as { Arn: unknown }).Arn)
      : [valueAt(resource, 'Target.Arn')]
  return targets.map((arn) => {
    const target = referenced(assembly, resource.stack, arn)
    if (target?.type !== 'AWS::Lambda::Function')
      throw unpriced(resource, 'its target is no function of the app')
    return { runs, target }
  })
}

export const allSchedules = (assembly: Assembly): Schedule[] =>
  assembly.resources
    .filter(({ type }) => type === 'AWS::Scheduler::Schedule' || type === 'AWS::Events::Rule')
    .flatMap((resource) => schedulesOf(resource, assembly))
