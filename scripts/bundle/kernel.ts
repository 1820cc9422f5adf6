import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

/**
 * Compiles layers/octree/kernel, which is AssemblyScript, to WebAssembly and writes it as a module of TypeScript, so
 * that a bundle has it inside. `npm install` runs this; `npm run build` does it again after a change of the kernel.
 */
const folder = fileURLToPath(new URL('../../layers/octree/', import.meta.url))
const output = `${folder}kernel.generated.ts`

const options = [
  ...['--runtime', 'stub', '--importMemory', '--sharedMemory', '--initialMemory', '1'],
  ...['--maximumMemory', '65536', '--enable', 'simd,threads,bulk-memory', '-O3', '--converge', '--noAssert'],
  // vectors pass between functions of the kernel alone
  ...['--use', 'abort=', '--disableWarning', '112'],
]

const files = new Map<string, Uint8Array>()
const { error, stderr } = await asc.main(
  ['kernel/index.ts', '--baseDir', folder, '--outFile', 'kernel.wasm', ...options],
  {
    readFile: (name, baseDir) => readFile(`${baseDir}/${name}`, 'utf8').catch(() => null),
    writeFile: (name, contents) => {
      files.set(name, contents as Uint8Array)
    },
    listFiles: () => [],
  },
)
if (error) {
  console.error(`The kernel does not compile: ${error.message}\n${stderr.toString()}`)
  process.exit(1)
}
const wasm = files.get('kernel.wasm')!
const text = Buffer.from(wasm).toString('base64')
await writeFile(output, `// made by scripts/bundle/kernel.ts\nexport const kernelBase64 =\n  '${text}'\n`)
console.log(`octree kernel: ${(wasm.byteLength / 1024).toFixed(1)} KB of WebAssembly`)
