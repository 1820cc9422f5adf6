import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { S3Client } from '@aws-sdk/client-s3'
import type { SQSClient } from '@aws-sdk/client-sqs'

/** Thrown where a test let a call fail. */
export class InjectedFailure extends Error {
  readonly code = 'injected-failure'
}

/**
 * Lets the next calls of that command fail, as when the connection breaks: before the request leaves, or after
 * it took effect, so that only its answer is lost. All others go through. Answers the function that ends it.
 */
export const failCalls = (
  client: DynamoDBClient | S3Client | SQSClient,
  commandName: string,
  point: 'before' | 'after',
): (() => void) => {
  let isOn = true
  ;(client as SQSClient).middlewareStack.add(
    (next, context) => async (args) => {
      const fails = isOn && context.commandName === `${commandName}Command`
      if (fails && point === 'before') throw new InjectedFailure(`${commandName} did not leave`)
      const output = await next(args)
      if (fails) throw new InjectedFailure(`the answer to ${commandName} was lost`)
      return output
    },
    { step: 'initialize' },
  )
  return () => {
    isOn = false
  }
}
