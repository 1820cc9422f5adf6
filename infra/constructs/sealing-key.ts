import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Key } from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'
import { type Deployment, dataRemoval, nameOf } from '../deployment.ts'

/** Wraps the data keys of tenants, for sensitive component types. */
export interface SealingKey {
  keyArn: string
  /** To wrap and unwrap the key of a tenant that is named by the call, and nothing else. */
  grantUse(grantee: IGrantable): void
}

/** Undefined where the stage has no sensitive component types: a key costs a dollar a month. */
export const createSealingKey = (scope: Construct, deployment: Deployment): SealingKey | undefined => {
  if (!deployment.settings.sensitiveComponents) return undefined
  const key = new Key(scope, 'SealingKey', {
    alias: nameOf(deployment, 'sealing'),
    description: 'Orrery: wraps the data keys of tenants. Without it sensitive components cannot be read',
    enableKeyRotation: true,
    removalPolicy: dataRemoval(deployment),
  })
  return {
    keyArn: key.keyArn,
    grantUse: ({ grantPrincipal }) => {
      grantPrincipal.addToPrincipalPolicy(
        new PolicyStatement({
          actions: ['kms:Encrypt', 'kms:Decrypt'],
          resources: [key.keyArn],
          conditions: {
            StringLike: { 'kms:EncryptionContext:tenant': '?*' },
            'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['tenant'] },
          },
        }),
      )
    },
  }
}
