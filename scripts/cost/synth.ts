import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Assembly, readAssembly } from './assembly.ts'

/** The app of this stage cannot be synthesized; the message is what `cdk synth` said. */
export class SynthFailed extends Error {
  readonly code = 'synth-failed'
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The templates of a stage as they are now, made in a folder of their own. @throws SynthFailed */
export const synthesize = async (stage: string): Promise<Assembly> => {
  const folder = await mkdtemp(join(tmpdir(), 'orrery-cost-'))
  try {
    await runCdk(['synth', '--quiet', '--no-notices', '-c', `stage=${stage}`, '--output', folder])
    return await readAssembly(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const runCdk = async (args: string[]): Promise<void> => {
  const cdk = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk')
  const child = spawn(process.execPath, [cdk, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new SynthFailed(said.trim() || `cdk synth ended with ${code}`)
}
