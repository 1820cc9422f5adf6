import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from './run.ts'

export type Outputs = Record<string, Record<string, string>>

/** The CDK's command line, as it is pinned in package.json, speaking to an endpoint. */
export interface Cdk {
  /** Writes the synthesized app of the stage `emulated` to the folder. */
  synth(assembly: string): Promise<void>
  /** Prepares the account and region of the endpoint; the app is not run for it. */
  bootstrap(assembly: string): Promise<void>
  /** Deploys every stack of the synthesized app; answers the outputs by stack. */
  deploy(assembly: string): Promise<Outputs>
  destroy(assembly: string): Promise<void>
}

const require = createRequire(import.meta.url)
const program = join(dirname(require.resolve('aws-cdk/package.json')), 'bin', 'cdk')
const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * @param overrides laid over the stage's: what is known only now, as the ports of this run
 * @param scratchDir where the outputs are written
 */
export const createCdk = (env: Record<string, string>, overrides: object, scratchDir: string): Cdk => {
  const cdk = (...args: string[]) =>
    run(process.execPath, [program, ...args, '--ci', '--no-notices', '--no-color'], {
      cwd: root,
      env: {
        // the app is started as `npx node`
        PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
        HOME: process.env.HOME,
        CDK_DISABLE_CLI_TELEMETRY: '1',
        ...env,
      },
    })
  return {
    synth: async (assembly) => {
      const context = ['-c', 'stage=emulated', '-c', `overrides=${JSON.stringify(overrides)}`]
      await cdk('synth', '--quiet', '--output', assembly, ...context)
    },
    bootstrap: async (assembly) => {
      await cdk('bootstrap', '--app', assembly)
    },
    deploy: async (assembly) => {
      const file = join(scratchDir, 'outputs.json')
      await cdk('deploy', '--all', '--app', assembly, '--require-approval', 'never', '--outputs-file', file)
      return JSON.parse(readFileSync(file, 'utf8'))
    },
    destroy: async (assembly) => {
      await cdk('destroy', '--all', '--app', assembly, '--force')
    },
  }
}
