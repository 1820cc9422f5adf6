import { beforeAll, expect, test } from 'vitest'
import { apiRoutes } from '../../functions/api-routes.ts'
import { readCdkContext, readStage } from '../../infra/settings.ts'
import { apiPaths } from '../../infra/stacks/web.ts'
import { everything, one, type SynthesizedStage, synthesize } from './stage.ts'

let stage: SynthesizedStage
beforeAll(async () => {
  stage = await synthesize('dev', { web: { enabled: true } })
})

const pattern = (path: string) => new RegExp(`^/${path.replaceAll('.', '\\.').replace('*', '.*')}$`)
const isOfApi = (path: string) => apiPaths.some((one) => pattern(one).test(path))

test('the distribution leads every route of the API to it, and nothing of the console', () => {
  const paths = apiRoutes.map(({ path }) => path.replace(/\{\w+\}/g, 'x'))
  expect(paths.filter((path) => !isOfApi(path))).toEqual([])
  const own = [
    '/',
    '/index.html',
    '/config.json',
    '/icon.svg',
    '/assets/index-1.js',
    '/w/world/space',
    '/w/near',
  ]
  expect(own.filter(isOfApi)).toEqual([])
})

const behaviors = () => {
  const { DistributionConfig } = one(stage.ofType('AWS::CloudFront::Distribution'), 'distribution').Properties
  return DistributionConfig.CacheBehaviors as Record<string, unknown>[]
}

test('what the API answers is not kept, takes every method, and is not compressed, which would hold streams back', () => {
  const api = behaviors().filter(({ PathPattern }) => apiPaths.includes(PathPattern as string))
  expect(api).toHaveLength(apiPaths.length)
  for (const behavior of api) {
    expect(behavior).toMatchObject({ Compress: false, ViewerProtocolPolicy: 'https-only' })
    expect(behavior.AllowedMethods).toContain('PATCH')
    // Managed-CachingDisabled
    expect(behavior.CachePolicyId).toBe('4135ea2d-6df8-44a3-9df3-4b5a84be39ad')
  }
  // of a distribution
  expect(behaviors().length).toBeLessThanOrEqual(25)
})

test('places within the page are the page, with a policy that lets in nothing foreign', () => {
  const page = behaviors().find(({ PathPattern }) => PathPattern === 'w/*')!
  expect(page.FunctionAssociations).toHaveLength(1)
  const { ResponseHeadersPolicyConfig: headers } = one(
    stage.ofType('AWS::CloudFront::ResponseHeadersPolicy'),
    'policy of headers',
  ).Properties
  const { ContentSecurityPolicy: policy } = headers.SecurityHeadersConfig.ContentSecurityPolicy
  expect(policy).toContain("script-src 'self';")
  expect(policy).toContain("frame-ancestors 'none'")
})

test('it is off by default, and refused beside mutual TLS, which it could not pass', async () => {
  const { stages } = readCdkContext()
  expect(readStage(stages, 'prod').web.enabled).toBe(false)
  expect(() => readStage(stages, 'dev', { ...everything, web: { enabled: true } })).toThrow(
    /web.enabled: must be false/,
  )
})
