import { Stack } from 'aws-cdk-lib'
import { Architecture, Code, type ILayerVersion, LayerVersion } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { inRepository } from '../deployment.ts'

const id = 'RdsCertificates'

/**
 * /opt/rds-global-bundle.pem: the authorities that sign the certificates of RDS, which no runtime knows.
 *
 * One layer in each stack that needs it: a version cannot be changed, so that a shared one would be an export
 * which CloudFormation refuses to change while others import it.
 */
export const certificatesLayer = (scope: Construct): ILayerVersion => {
  const stack = Stack.of(scope)
  const made = stack.node.tryFindChild(id) as LayerVersion | undefined
  return (
    made ??
    new LayerVersion(stack, id, {
      description: 'The certificate authorities of Amazon RDS',
      code: Code.fromAsset(inRepository('infra/layers/rds-certificates')),
      compatibleArchitectures: [Architecture.ARM_64],
    })
  )
}
