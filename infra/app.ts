import { App } from 'aws-cdk-lib'
import { BundleFailed, bundleAll } from './bundles.ts'
import { createOrrery } from './orrery.ts'
import { InvalidSettings, readStage } from './settings.ts'

const readOverrides = (text: unknown): unknown => {
  if (text === undefined) return undefined
  try {
    return JSON.parse(String(text))
  } catch {
    throw new InvalidSettings('-c overrides=… must be JSON, such as {"physics":{"maxTasks":2}}')
  }
}

const app = new App()
const context = (key: string): unknown => app.node.tryGetContext(key)
try {
  const stage = String(context('stage') ?? 'dev')
  const settings = readStage(context('stages'), stage, readOverrides(context('overrides')))
  createOrrery(app, { stage, settings, bundles: await bundleAll() })
} catch (error) {
  if (!(error instanceof InvalidSettings || error instanceof BundleFailed)) throw error
  console.error(error.message)
  process.exit(1)
}
app.synth()
