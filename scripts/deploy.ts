import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { S3Client } from '@aws-sdk/client-s3'
import { InvalidSettings, readCdkContext, readStage } from '../infra/settings.ts'
import { buildConsole, consoleDist, isConsoleStale } from './console/build.ts'
import { cdkArguments, type DeployOptions, parseDeployOptions, UsageError, usage } from './deploy/options.ts'
import { type ConsoleOutputs, uploadConsole } from './deploy/upload-console.ts'

/** The exit code of the CDK's command line, which shows its progress itself. */
const runCdk = (args: string[]): Promise<number> =>
  new Promise((done, fail) => {
    const program = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk')
    const cdk = spawn(process.execPath, [program, ...args], { stdio: 'inherit' })
    // Ctrl-C reaches it too; what CloudFormation is doing goes on, and the CDK says so
    process.on('SIGINT', () => {})
    cdk.once('error', fail)
    cdk.once('exit', (code, signal) => done(code ?? (signal === null ? 1 : 130)))
  })

const root = fileURLToPath(new URL('..', import.meta.url))

const deployConsole = async (stage: string, outputsFile: string): Promise<void> => {
  if (await isConsoleStale(root)) await buildConsole(root)
  const outputs: ConsoleOutputs = JSON.parse(readFileSync(outputsFile, 'utf8'))[`orrery-${stage}-web`]
  const client = new S3Client({ region: outputs.ConsoleRegion })
  const count = await uploadConsole(client, join(root, consoleDist), outputs)
  client.destroy()
  console.log(`\nThe console is at ${outputs.ConsoleUrl} (${count} files).`)
}

const deploy = async (options: DeployOptions): Promise<number> => {
  // before anything is built: a setting that is wrong is said at once
  const { web } = readStage(readCdkContext().stages, options.stage)
  const outputsFile = join(root, `node_modules/.cache/orrery/outputs-${options.stage}.json`)
  const code = await runCdk(cdkArguments(options, outputsFile))
  if (code === 0 && web.enabled) await deployConsole(options.stage, outputsFile)
  if (code === 0)
    console.log(`\nThe stage ${options.stage} is deployed. docs/deploy.md goes on with the first curl.`)
  return code
}

const main = async (args: string[]): Promise<number> => {
  try {
    const options = parseDeployOptions(args)
    if (!options.help) return await deploy(options)
    console.log(usage)
    return 0
  } catch (error) {
    if (error instanceof UsageError) console.error(`${error.message}\n\n${usage}`)
    else if (error instanceof InvalidSettings) console.error(error.message)
    else throw error
    return 2
  }
}

process.exit(await main(process.argv.slice(2)))
