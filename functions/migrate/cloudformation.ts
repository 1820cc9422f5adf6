import { setTimeout as delay } from 'node:timers/promises'
import type { CloudFormationCustomResourceEvent } from 'aws-lambda'

/** There is one schema; CloudFormation would take a new id for a new resource and have the old one deleted. */
const physicalId = 'orrery-schema'

/** Of an answer, which has 4,096 bytes with all its ids. */
const reasonLimit = 1_000

export interface AnswerOptions {
  event: CloudFormationCustomResourceEvent
  /** What the resource asks for; rejects where it cannot be had. */
  work: () => Promise<unknown>
  /** Until this function is ended from outside, by then without an answer. */
  remainingMs: number
  /** Where the whole story stands. */
  logStream: string
}

/**
 * Does the work for an event of a CloudFormation custom resource, and tells CloudFormation how it ended. It must
 * hear of it whatever happens: a deployment waits for it, up to an hour.
 *
 * @throws Error where CloudFormation cannot be told.
 */
export const answerCloudFormation = async ({ event, work, ...options }: AnswerOptions): Promise<void> => {
  try {
    await inTime(work(), options.remainingMs - marginMs)
    await send(event, { Status: 'SUCCESS' })
  } catch (error) {
    const { message } = error as Error
    const Reason = `${message.slice(0, reasonLimit)} (log stream ${options.logStream})`
    await send(event, { Status: 'FAILED', Reason })
    console.error(error)
  }
}

/** For the answer itself. */
const marginMs = 10_000

const inTime = async (work: Promise<unknown>, ms: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`This took more than ${Math.round(ms / 1_000)} s`)), ms)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

type Outcome = { Status: 'SUCCESS' } | { Status: 'FAILED'; Reason: string }

const send = async (event: CloudFormationCustomResourceEvent, outcome: Outcome): Promise<void> => {
  const { StackId, RequestId, LogicalResourceId } = event
  const answer = { ...outcome, PhysicalResourceId: physicalId, StackId, RequestId, LogicalResourceId }
  // bytes rather than text: the URL is signed for a request without a content type
  const body = Buffer.from(JSON.stringify(answer))
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(event.ResponseURL, {
        method: 'PUT',
        body,
        signal: AbortSignal.timeout(5_000),
      })
      await response.arrayBuffer()
      if (response.ok) return
      throw new Error(`CloudFormation's bucket answered ${response.status}`)
    } catch (error) {
      if (attempt === 3) throw error
      await delay(500 * attempt)
    }
  }
}
