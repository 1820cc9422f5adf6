import { Worker } from 'node:worker_threads'
import { type Kernel, kernelModule } from './kernel.ts'
import { writeSlot } from './kernel-memory.ts'
import type { Job, Work } from './work.ts'

/**
 * Threads that work together on one kernel's memory at a time. Results do not depend on how many they are.
 */
export interface Team {
  threads: number
  /** Runs the work; its jobs wait for those of other work. Rejects where a thread fails: the team is then ended. */
  run<T>(kernel: Kernel, work: Work<T>): Promise<T>
  /** Ends the threads; jobs that have not ended reject. */
  close(): Promise<void>
}

/** Int32 slots that the threads share: a number that changes with each job, and how many have still to end it. */
const slots = { job: 0, left: 1, length: 2 } as const

interface Order {
  /** The kernel's number; its memory where the thread has not seen it yet. */
  id: number
  memory: WebAssembly.Memory | undefined
  job: Job
}

/**
 * A thread sleeps until the job number changes, takes its order from the port and runs the job beside the others; the
 * last to end says so. A string, because what runs on AWS is one file.
 */
const threadSource = `
const { parentPort, receiveMessageOnPort, workerData } = require('node:worker_threads')
const { module, control, thread, threads } = workerData
const kernels = new Map()
const instance = ({ id, memory, forget }) => {
  for (const old of forget) kernels.delete(old)
  if (memory) kernels.set(id, new WebAssembly.Instance(module, { env: { memory } }).exports)
  return kernels.get(id)
}
for (let seen = 0; ; seen++) {
  Atomics.wait(control, ${slots.job}, seen)
  const { message } = receiveMessageOnPort(parentPort)
  try {
    instance(message)[message.job](thread, threads)
    if (Atomics.sub(control, ${slots.left}, 1) === 1) parentPort.postMessage({})
  } catch (error) {
    parentPort.postMessage({ error })
  }
}
`

/** Working memory is laid out for so many at most. */
export const mostThreads = 16

export const createTeam = (threads: number): Team => {
  if (!Number.isInteger(threads) || threads < 1 || threads > mostThreads)
    throw new RangeError(`threads must be an integer from 1 to ${mostThreads}, not ${threads}`)
  const control = new Int32Array(new SharedArrayBuffer(4 * slots.length))
  const workers = Array.from({ length: threads }, (_, thread) => {
    const workerData = { module: kernelModule, control, thread, threads }
    return new Worker(threadSource, { eval: true, workerData })
  })
  const ids = new WeakMap<Kernel, number>()
  const forgotten: number[] = []
  const registry = new FinalizationRegistry<number>((id) => forgotten.push(id))
  let nextId = 0
  let last: Promise<unknown> = Promise.resolve()
  let current: PromiseWithResolvers<void> | undefined
  let failure: Error | undefined

  const fail = (error: Error): void => {
    failure ??= error
    current?.reject(failure)
    for (const worker of workers) void worker.terminate()
  }
  for (const worker of workers) {
    worker.unref()
    worker.on('message', ({ error }: { error?: Error }) => (error ? fail(error) : current?.resolve()))
    worker.on('error', fail)
  }

  const orderOf = (kernel: Kernel, job: Job): Order & { forget: number[] } => {
    const known = ids.get(kernel)
    const id = known ?? nextId++
    if (known === undefined) {
      ids.set(kernel, id)
      registry.register(kernel, id)
    }
    const memory = known === undefined ? kernel.memory : undefined
    return { id, memory, job, forget: forgotten.splice(0) }
  }

  const tell = (message: unknown): void => {
    for (const worker of workers) worker.postMessage(message)
    Atomics.store(control, slots.left, threads)
    Atomics.add(control, slots.job, 1)
    Atomics.notify(control, slots.job)
  }

  const runJob = async (kernel: Kernel, job: Job): Promise<void> => {
    if (failure !== undefined) throw failure
    // a job that failed elsewhere may have left threads counted as waiting
    writeSlot(kernel, 'waiting', 0)
    current = Promise.withResolvers<void>()
    for (const worker of workers) worker.ref()
    tell(orderOf(kernel, job))
    try {
      await current.promise
    } finally {
      for (const worker of workers) worker.unref()
      current = undefined
    }
  }

  return {
    threads,
    run: async (kernel, work) => {
      for (;;) {
        const { done, value } = work.next()
        if (done) return value
        const job = last.then(() => runJob(kernel, value))
        last = job.catch(() => {})
        await job
      }
    },
    close: async () => {
      failure ??= new Error('the team has been closed')
      current?.reject(failure)
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}
