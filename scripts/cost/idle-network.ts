import { type Item, line, monthHours } from '#platform/cost/item'
import type { Resource } from './assembly.ts'
import { isTrue, listAt, textAt, unpriced } from './properties.ts'

export const natGateway = (): Item[] => [line('VPC', 'NAT gateways', monthHours, 'natGateway')]

export const publicAddress = (): Item[] => [line('VPC', 'public IPv4', monthHours, 'publicAddress')]

/** Those of S3 and DynamoDB are free; another one is paid in each of its subnets. */
export const endpoint = (resource: Resource): Item[] => {
  const kind = textAt(resource, 'VpcEndpointType') || 'Gateway'
  if (kind === 'Gateway') return []
  if (kind !== 'Interface') throw unpriced(resource, `the kind ${kind} is not in the price table`)
  const hours = Math.max(1, listAt(resource, 'SubnetIds').length) * monthHours
  return [line('VPC', 'interface endpoints', hours, 'interfaceEndpoint')]
}

export const loadBalancer = (): Item[] => [
  line('Load balancing', 'load balancers', monthHours, 'loadBalancer'),
]

export const hostedZone = (): Item[] => [line('Route 53', 'hosted zones', 1, 'hostedZone')]

export const webAcl = (resource: Resource): Item[] => [
  line('WAF', 'web ACLs', 1, 'webAcl'),
  line('WAF', 'rules', listAt(resource, 'Rules').length, 'webAclRule'),
]

export const apiStage = (resource: Resource): Item[] => {
  if (isTrue(resource, 'CacheClusterEnabled')) throw unpriced(resource, 'its cache is not in the price table')
  return []
}

/** Whoever signs in without a user pays for the right to. */
export const userPoolClient = (resource: Resource): Item[] =>
  listAt(resource, 'AllowedOAuthFlows').includes('client_credentials')
    ? [line('Cognito', 'clients for machines', 1, 'cognitoMachineClient')]
    : []

export const key = (resource: Resource): Item[] => {
  if (isTrue(resource, 'MultiRegion')) throw unpriced(resource, 'replicas of keys are not in the price table')
  return [line('KMS', 'keys', 1, 'kmsKey')]
}
