import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { type Stack, startStack } from '../../scripts/local/stack.ts'
import { type Issuer, startIssuer } from '../support/issuer.ts'
import { endToEndSuite } from './suite.ts'
import type { Target } from './target.ts'
import { tenantLimits } from './world.ts'

const audience = 'orrery'
let dataDir: string
let issuer: Issuer
let stack: Stack
let target: Target

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'orrery-e2e-'))
  issuer = await startIssuer(audience)
  const identity = { issuer: issuer.url, audience }
  stack = await startStack({ dataDir, port: 0, identity, limits: tenantLimits, log: () => {} })
  target = {
    url: stack.url,
    token: (tenant, scopes) => issuer.sign({ sub: 'ada', tenant, scope: scopes.join(' ') }, 3_600),
    expiredToken: (tenant) => issuer.sign({ sub: 'ada', tenant, scope: 'world:read' }, -600),
    stopDatabase: () => stack.postgres.pause(),
    startDatabase: () => stack.postgres.resume(),
  }
})

afterAll(async () => {
  await stack?.stop()
  await issuer?.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

endToEndSuite('npm start', () => target)
