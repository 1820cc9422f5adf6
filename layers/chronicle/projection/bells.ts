import type { Queue } from '#platform/queue/queue'

/** Of a standard queue: a world has one projection at a time whatever the order of its bells. */
const sweepBell = JSON.stringify({ sweep: true })
const verifyBell = JSON.stringify({ verify: true })

/** Asks whoever serves the queue to look for worlds that no bell rang for. */
export const ringChronicleSweep = (queue: Queue): Promise<void> => queue.send({ body: sweepBell })

/** Asks whoever serves the queue to compare the worlds that are due with their chronicles. */
export const ringVerification = (queue: Queue): Promise<void> => queue.send({ body: verifyBell })

export const isChronicleSweep = (body: string): boolean => body === sweepBell
export const isVerification = (body: string): boolean => body === verifyBell
