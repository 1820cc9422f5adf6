import { Aws, Duration } from 'aws-cdk-lib'
import { type IGrantable, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam'
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  ObjectOwnership,
  StorageClass,
} from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { acknowledge } from '../acknowledge.ts'
import { type Deployment, dataRemoval, nameOf } from '../deployment.ts'

type ObjectAction = 'get' | 'put' | 'delete' | 'list'

/** The bucket of the ObjectStore port. */
export interface Objects {
  bucketName: string
  /** @param prefix of the keys, with `/` at its end; default: all. Listing is of all keys. */
  grant(grantee: IGrantable, actions: readonly ObjectAction[], prefix?: string): void
}

/** Private and versioned, with old objects in colder classes. */
export const createObjects = (scope: Construct, deployment: Deployment): Objects => {
  const bucketName = `${nameOf(deployment, 'objects')}-${Aws.ACCOUNT_ID}-${Aws.REGION}`
  const bucket = new Bucket(scope, 'Objects', {
    bucketName,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    versioned: true,
    removalPolicy: dataRemoval(deployment),
    lifecycleRules: [
      {
        id: 'overflow',
        // longer than a message can lie in the queue and then among its dead letters: 14 days each
        prefix: 'overflow/',
        expiration: Duration.days(45),
      },
      {
        id: 'checkpoints',
        // the task deletes what newer ones replace, many times a day: a version of them is of use for a mistake's time
        prefix: 'checkpoints/',
        noncurrentVersionExpiration: Duration.days(1),
      },
      ...['ticks', 'spill', 'plugins'].map((id) => ({
        // deleted by whoever has used them up, and by nobody before
        ...{ id, prefix: `${id}/` },
        noncurrentVersionExpiration: Duration.days(1),
      })),
      {
        id: 'retained',
        // what was erased is rewritten, and no version of it may stay
        prefix: 'retained/',
        transitions: [
          { storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(30) },
        ],
        noncurrentVersionExpiration: Duration.days(1),
      },
      {
        id: 'archive',
        // read when somebody verifies, replays or looks far back
        prefix: 'archive/',
        transitions: [
          { storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(30) },
        ],
      },
      {
        id: 'colder',
        // both answer at once: a world that slept for years wakes as fast
        transitions: [
          { storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(30) },
          { storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(120) },
        ],
        noncurrentVersionExpiration: Duration.days(30),
        abortIncompleteMultipartUploadAfter: Duration.days(2),
      },
    ],
  })
  acknowledge(bucket, {
    'AwsSolutions-S1':
      'Only roles of this app can reach it, and CloudTrail names them; access logs would be a second bucket of larger size.',
  })
  return {
    bucketName,
    grant: (grantee, actions, prefix = '') => grantObjects(bucketName, grantee, actions, prefix),
  }
}

const names = { get: 's3:GetObject', put: 's3:PutObject', delete: 's3:DeleteObject' } as const

/** By the names of the actions: the grants of the CDK come with `s3:GetObject*` and the like. */
const grantObjects = (
  bucketName: string,
  { grantPrincipal }: IGrantable,
  actions: readonly ObjectAction[],
  prefix: string,
): void => {
  const bucketArn = `arn:${Aws.PARTITION}:s3:::${bucketName}`
  const onObjects = actions.filter((action) => action !== 'list').map((action) => names[action])
  const allow = (allowed: string[], resource: string): void =>
    void grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: allowed, resources: [resource] }))
  if (onObjects.length > 0) allow(onObjects, `${bucketArn}/${prefix}*`)
  if (actions.includes('list')) allow(['s3:ListBucket'], bucketArn)
  if (onObjects.length === 0) return
  const finding = `arn:<AWS::Partition>:s3:::${bucketName}/${prefix}*`
    .replaceAll(Aws.ACCOUNT_ID, '<AWS::AccountId>')
    .replaceAll(Aws.REGION, '<AWS::Region>')
  acknowledge(grantPrincipal as Role, {
    [`AwsSolutions-IAM5[Resource::${finding}]`]: 'The names of objects are made while worlds are played.',
  })
}
