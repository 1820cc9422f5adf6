import { type App, Aws, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import type { RestApi } from 'aws-cdk-lib/aws-apigateway'
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Function as CloudFrontFunction,
  Distribution,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  type IOrigin,
  OriginRequestPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { HttpOrigin, RestApiOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3'
import { scopes } from '#platform/auth/principal'
import { contentPolicy } from '#platform/http/static-site'
import { acknowledge } from '../acknowledge.ts'
import type { Issuer } from '../constructs/user-pool.ts'
import { type Deployment, nameOf } from '../deployment.ts'

/** What the console is to know, and what it is to reach. */
export interface ConsoleApi {
  api: RestApi
  identity: Issuer
}

/** Of the API, from the root: whatever begins so is none of the console's. Each is a behaviour, of which there may be 25. */
export const apiPaths = [
  ...['eustress/*', 'world*', 'near', 'entity/*', 'admin/*', 'sealing-keys', 'events', 'ticks', 'gamma/*'],
  ...['commit*', 'ledger/*', 'api/*', 'mcp', 'requests/*', 'audit', 'costs', 'healthz', 'openapi.json'],
]

/**
 * The web console and, at the same name, the API: files in a private bucket that only the distribution can read, and
 * behind the paths of the API its gateway. So the page asks its own origin, as it does on a laptop, and needs no CORS.
 * `npm run deploy` puts the files there: a custom resource would be a function with every right on the bucket.
 */
export const createWeb = (app: App, deployment: Deployment, behind: ConsoleApi): Stack => {
  const stack = new Stack(app, nameOf(deployment, 'web'), {
    description: "Orrery: the console's distribution",
  })
  const bucket = createFiles(stack)
  const distribution = createDistribution(stack, bucket, apiOrigin(deployment, behind.api))
  new CfnOutput(stack, 'ConsoleUrl', { value: `https://${distribution.distributionDomainName}/` })
  // what scripts/deploy/upload-console.ts reads
  new CfnOutput(stack, 'ConsoleBucket', { value: bucket.bucketName })
  new CfnOutput(stack, 'ConsoleRegion', { value: Aws.REGION })
  new CfnOutput(stack, 'ConsoleConfig', { value: stack.toJsonString(configOf(deployment, behind)) })
  return stack
}

/** By its own domain, where it has one: then the gateway's is closed. */
const apiOrigin = ({ settings }: Deployment, api: RestApi): IOrigin => {
  const patience = { readTimeout: Duration.seconds(60) }
  const { domain } = settings.api
  return domain === undefined ? new RestApiOrigin(api, patience) : new HttpOrigin(domain.name, patience)
}

/** Groups of the users of our own pool are their scopes; another issuer is asked for them. */
const configOf = ({ settings }: Deployment, { identity: { issuer, audience } }: ConsoleApi) => ({
  apiUrl: '',
  login:
    settings.identity === undefined
      ? { issuer, clientId: audience, scope: 'openid email' }
      : { issuer, clientId: settings.web.clientId, audience, scope: ['openid', ...scopes].join(' ') },
})

const createFiles = (stack: Stack): Bucket => {
  const bucket = new Bucket(stack, 'Files', {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    // made anew from the repository by each deployment
    removalPolicy: RemovalPolicy.DESTROY,
  })
  acknowledge(bucket, {
    'AwsSolutions-S1': 'Only the distribution reads it, and what is in it is public by it.',
  })
  return bucket
}

const createDistribution = (stack: Stack, bucket: Bucket, api: IOrigin): Distribution => {
  const origin = S3BucketOrigin.withOriginAccessControl(bucket)
  const headers = createHeaders(stack)
  const page = { ...fileBehavior(origin, headers), functionAssociations: [toIndex(stack)] }
  const distribution = new Distribution(stack, 'Distribution', {
    comment: `${stack.stackName}: the console`,
    defaultRootObject: 'index.html',
    httpVersion: HttpVersion.HTTP2_AND_3,
    priceClass: PriceClass.PRICE_CLASS_100,
    defaultBehavior: fileBehavior(origin, headers),
    additionalBehaviors: {
      'w/*': page,
      ...Object.fromEntries(apiPaths.map((path) => [path, apiBehavior(api)])),
    },
  })
  acknowledge(distribution, {
    'AwsSolutions-CFR1': 'Worlds have no borders; who may see one is decided by tokens.',
    'AwsSolutions-CFR2': 'It serves static files; a web ACL is 5 $ a month.',
    'AwsSolutions-CFR3':
      'It serves static files that are the same for everybody; requests to worlds are logged by the API.',
    'AwsSolutions-CFR4':
      'The distribution has no certificate of its own; with its own name CloudFront sets the protocol.',
  })
  return distribution
}

const fileBehavior = (origin: IOrigin, responseHeadersPolicy: ResponseHeadersPolicy): BehaviorOptions => ({
  ...{ origin, responseHeadersPolicy, compress: true },
  allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
  viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
})

/** Nothing is kept, and a stream is passed on as it comes: compression would hold it back. */
const apiBehavior = (origin: IOrigin): BehaviorOptions => ({
  ...{ origin, compress: false },
  allowedMethods: AllowedMethods.ALLOW_ALL,
  cachePolicy: CachePolicy.CACHING_DISABLED,
  originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
  viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
})

/** Places within the page have no file of their own. */
const toIndex = (stack: Stack) => ({
  eventType: FunctionEventType.VIEWER_REQUEST,
  function: new CloudFrontFunction(stack, 'ToIndex', {
    runtime: FunctionRuntime.JS_2_0,
    code: FunctionCode.fromInline(
      "function handler(event) { event.request.uri = '/index.html'; return event.request }",
    ),
  }),
})

const createHeaders = (stack: Stack): ResponseHeadersPolicy =>
  new ResponseHeadersPolicy(stack, 'Headers', {
    securityHeadersBehavior: {
      contentSecurityPolicy: {
        // who signs people in has names of its own
        contentSecurityPolicy: contentPolicy(['https:']),
        override: true,
      },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
      strictTransportSecurity: {
        accessControlMaxAge: Duration.days(365),
        includeSubdomains: true,
        override: true,
      },
    },
  })
