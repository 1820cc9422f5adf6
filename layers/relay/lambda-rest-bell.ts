import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda'
import type { RestBell } from './physics-destination.ts'

/** Invokes a function, which Lambda tries up to three times. A queue between would be polled all day long: 0.21 dollars a month. */
export const lambdaRestBell = (client: LambdaClient, functionName: string): RestBell => ({
  ring: async (worldId) => {
    await client.send(
      new InvokeCommand({
        FunctionName: functionName,
        InvocationType: 'Event',
        Payload: JSON.stringify({ worldId }),
      }),
    )
  },
})
