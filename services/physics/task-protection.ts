import * as z from 'zod'

/** Keeps ECS from stopping this task by a scale-in or a deployment while it has something to lose. */
export interface TaskProtection {
  /**
   * Makes it so, asking ECS only where it is not so yet or soon would no longer be. To be called again and again.
   *
   * @throws Error where ECS does not answer or refuses; the next call tries again
   */
  keep(isProtected: boolean): Promise<void>
}

export interface TaskProtectionOptions {
  /** ECS_AGENT_URI */
  agentUri: string
  /** Monotonic, milliseconds. */
  nowMs: () => number
  /** Protection ends by itself so long after the last refresh, 1 to 2,880: a process that hangs is not kept for ever. */
  minutes?: number
}

const answer = z.object({
  protection: z.object({ ProtectionEnabled: z.boolean() }).optional(),
  failure: z.object({ Reason: z.string().optional(), Detail: z.string().nullish() }).optional(),
  error: z.object({ Code: z.string().optional(), Message: z.string().optional() }).optional(),
})

const patienceMs = 5_000

/** A task starts without protection. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html */
export const createTaskProtection = (options: TaskProtectionOptions): TaskProtection => {
  const { agentUri, nowMs, minutes = 10 } = options
  const refreshMs = minutes * 30_000
  /** When protection is to be asked for anew; undefined: the task is not protected. */
  let refreshAtMs: number | undefined
  return {
    keep: async (isProtected) => {
      if (isProtected ? refreshAtMs !== undefined && nowMs() < refreshAtMs : refreshAtMs === undefined) return
      const askedMs = nowMs()
      await setProtection(agentUri, isProtected, minutes)
      refreshAtMs = isProtected ? askedMs + refreshMs : undefined
    },
  }
}

const setProtection = async (agentUri: string, isProtected: boolean, minutes: number): Promise<void> => {
  const response = await fetch(`${agentUri}/task-protection/v1/state`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      ProtectionEnabled: isProtected,
      ...(isProtected && { ExpiresInMinutes: minutes }),
    }),
    signal: AbortSignal.timeout(patienceMs),
  })
  const { protection, failure, error } = answer.parse(await response.json())
  if (response.ok && protection?.ProtectionEnabled === isProtected) return
  const why = [error?.Code, error?.Message, failure?.Reason, failure?.Detail].filter(Boolean).join(': ')
  throw new Error(`ECS answered ${response.status} ${why}`)
}
