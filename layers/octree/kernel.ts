import { kernelBase64 } from './kernel.generated.ts'

/** The functions of kernel/index.ts. */
export interface KernelExports {
  layout(bodyRoom: number, nodeRoom: number, workers: number, scratchBytes: number): number
  layoutSearch(bodyRoom: number, nodeRoom: number): number
  build(worker: number, workers: number): void
  field(worker: number, workers: number): void
  withinReach(x: number, y: number, z: number, reach: number, room: number): number
  sortFound(): void
  nearestBodies(x: number, y: number, z: number, reach: number, k: number): number
}

/**
 * An instance of the WebAssembly kernel with a memory of its own, which holds one octree. Every thread that works on it
 * has an instance on the same memory.
 */
export interface Kernel {
  memory: WebAssembly.Memory
  exports: KernelExports
}

/** WebAssembly's own limit: 4 GiB. */
const maximumPages = 65_536
export const pageBytes = 65_536

export const kernelModule = new WebAssembly.Module(Buffer.from(kernelBase64, 'base64'))

/** An empty memory of one page costs little more than that: what is reserved beyond it is address space alone. */
export const openKernel = (): Kernel => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: maximumPages, shared: true })
  return { memory, exports: instantiate(memory) }
}

const instantiate = (memory: WebAssembly.Memory): KernelExports =>
  new WebAssembly.Instance(kernelModule, { env: { memory } }).exports as unknown as KernelExports
