import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openConsole } from '../../scripts/local/console.ts'
import { type Stack, startStack } from '../../scripts/local/stack.ts'
import { until } from '../support/until.ts'
import { type OidcIssuer, startOidcIssuer } from './oidc-issuer.ts'
import { useStage } from './stage.ts'

const stage = useStage()
const audience = 'orrery'
let issuer: OidcIssuer
let dataDir: string
let stack: Stack
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'orrery-console-login-'))
  issuer = await startOidcIssuer(audience, 'acme')
  const identity = { issuer: issuer.url, audience }
  const site = await openConsole({ identity, clientId: 'console' })
  stack = await startStack({
    ...{ dataDir, port: 0, site, identity, log: () => {} },
    postgresSettings: ['fsync=off', 'synchronous_commit=off'],
  })
  // the stage opens and asks at this one
  stage.url = stack.url
})
afterAll(async () => {
  await stack?.stop()
  await issuer?.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

describe('signing in', () => {
  test('leads to the issuer and back to where somebody wanted to go, and renews tokens', async () => {
    // so short that each request renews it
    issuer.grants.lifetimeSeconds = 20
    const tab = await stage.open('/w/garden/query?q=count')
    await tab.getByRole('link', { name: 'Sign in' }).click()
    await tab.waitForURL('**/w/garden/query?q=count')
    await tab.getByRole('alert').getByText("there is no world 'garden'").first().waitFor()
    expect(await tab.evaluate('location.search')).not.toContain('code')
    await until('tokens are renewed', () => (issuer.granted.refresh_token ?? 0) >= 2)
    const put = `fetch('/worlds/garden/entities/tree', { method: 'PUT', body: '{}', headers: {
      'content-type': 'application/json',
      authorization: 'Bearer ' + JSON.parse(sessionStorage.getItem('orrery.login')).accessToken } }).then((a) => a.status)`
    expect(await tab.evaluate(put)).toBe(200)
    await tab.goto(`${stage.url}/w/garden/entity/tree`)
    await tab.getByRole('button', { name: 'Edit Name' }).waitFor()
    expect(issuer.granted.authorization_code).toBe(1)
    await tab.close()
  })

  test('offers what was granted, and ends by signing out', async () => {
    issuer.grants.lifetimeSeconds = 3_600
    issuer.grants.scope = 'openid world:read'
    const tab = await stage.open('/w/garden/entity/tree')
    await tab.getByRole('link', { name: 'Sign in' }).click()
    await tab.getByRole('region', { name: 'Name' }).waitFor()
    expect(await tab.getByRole('button', { name: /^Edit/ }).count()).toBe(0)
    await tab.getByRole('button', { name: 'Sign out' }).click()
    await tab.waitForURL(`${issuer.url}/authorize**`)
    await tab.goto(`${stage.url}/config.json`)
    expect(await tab.evaluate("sessionStorage.getItem('orrery.login')")).toBe(null)
    await tab.close()
  })

  test('refuses what it did not ask for', async () => {
    const tab = await stage.open('/')
    await tab.getByRole('link', { name: 'Sign in' }).waitFor()
    await tab.goto(`${stage.url}/?code=stolen&state=forged&iss=${encodeURIComponent(issuer.url)}`)
    await tab.getByRole('heading', { name: 'The console could not begin' }).waitFor()
    expect(await tab.evaluate("sessionStorage.getItem('orrery.login')")).toBe(null)
    await tab.close()
  })
})
