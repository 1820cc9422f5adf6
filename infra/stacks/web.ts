import { existsSync } from 'node:fs'
import { type App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import {
  AllowedMethods,
  Distribution,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  PriceClass,
  ResponseHeadersPolicy,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3'
import { BucketDeployment, Source } from 'aws-cdk-lib/aws-s3-deployment'
import { acknowledge } from '../acknowledge.ts'
import { type Deployment, inRepository, nameOf } from '../deployment.ts'

/**
 * The web console: files in a private bucket that only the distribution can read.
 *
 * @param files the built console; where the folder does not exist the distribution is empty
 */
export const createWeb = (app: App, deployment: Deployment, files = inRepository('console/dist')): Stack => {
  const stack = new Stack(app, nameOf(deployment, 'web'), {
    description: "Orrery: the console's distribution",
  })
  const bucket = createFiles(stack)
  const distribution = createDistribution(stack, bucket)
  if (existsSync(files)) deployFiles(stack, bucket, distribution, files)
  new CfnOutput(stack, 'ConsoleUrl', { value: `https://${distribution.distributionDomainName}` })
  return stack
}

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

const createDistribution = (stack: Stack, bucket: Bucket): Distribution => {
  const distribution = new Distribution(stack, 'Distribution', {
    comment: `${stack.stackName}: the console`,
    defaultRootObject: 'index.html',
    httpVersion: HttpVersion.HTTP2_AND_3,
    priceClass: PriceClass.PRICE_CLASS_100,
    defaultBehavior: {
      origin: S3BucketOrigin.withOriginAccessControl(bucket),
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      responseHeadersPolicy: createHeaders(stack),
      compress: true,
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

const createHeaders = (stack: Stack): ResponseHeadersPolicy =>
  new ResponseHeadersPolicy(stack, 'Headers', {
    securityHeadersBehavior: {
      contentSecurityPolicy: {
        // the API is at another name
        contentSecurityPolicy:
          "default-src 'self'; connect-src 'self' https:; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
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

const deployFiles = (stack: Stack, bucket: Bucket, distribution: Distribution, files: string): void => {
  new BucketDeployment(stack, 'Deployment', {
    sources: [Source.asset(files)],
    destinationBucket: bucket,
    distribution,
    distributionPaths: ['/*'],
  })
}
