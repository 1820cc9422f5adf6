import { Unpriced } from '#platform/cost/item'
import { UsageError } from '../local/options.ts'
import type { Assembly } from './assembly.ts'
import { billOf, idleReach } from './bill.ts'
import { costUsage, parseCostOptions } from './options.ts'
import { jsonOf, reportOf } from './report.ts'
import { SynthFailed } from './synth.ts'

export interface CostCommand {
  args: string[]
  /** The templates of a stage. @throws SynthFailed */
  synthesize: (stage: string) => Promise<Assembly>
  out: (line: string) => void
  err: (line: string) => void
}

/**
 * Prints what a stage costs, the JSON last. Answers the exit code: 0; 1 where the idle deployment is too dear or
 * holds what the model cannot price; 2 for a wrong command line.
 */
export const costCommand = async (command: CostCommand): Promise<number> => {
  const { err } = command
  try {
    return await run(command)
  } catch (error) {
    if (error instanceof UsageError) {
      err(`${error.message}\n\n${costUsage}`)
      return 2
    }
    if (!(error instanceof Unpriced) && !(error instanceof SynthFailed)) throw error
    err(error.message)
    return 1
  }
}

const run = async ({ args, synthesize, out, err }: CostCommand): Promise<number> => {
  const options = parseCostOptions(args)
  if (options.help) {
    out(costUsage)
    return 0
  }
  const bill = billOf(await synthesize(options.stage), options.freeTier)
  if (!options.json) out(`${reportOf(bill, options)}\n`)
  if (!bill.isIdleCheap)
    err(
      `Idle costs ${bill.idle.usd.toFixed(2)} dollars a month, and has to cost less than ${idleReach.toFixed(2)}.\n`,
    )
  out(jsonOf(bill, options))
  return bill.isIdleCheap ? 0 : 1
}
