/** The part of WebAssembly's interface that is used here: TypeScript has it only for browsers, in its lib `dom`. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array)
  }
  class Memory {
    constructor(descriptor: { initial: number; maximum: number; shared: true })
    /** Grows it by so many pages. @throws RangeError beyond the maximum, or where the machine has no more. */
    grow(pages: number): number
    readonly buffer: SharedArrayBuffer
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, unknown>>)
    readonly exports: Record<string, unknown>
  }
}
