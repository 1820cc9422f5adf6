import { ArnFormat, Stack } from 'aws-cdk-lib'
import { InterfaceVpcEndpointAwsService, Port, SecurityGroup, type Vpc } from 'aws-cdk-lib/aws-ec2'
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import type { Deployment } from '../deployment.ts'

/**
 * The way to Bedrock, where the stage embeds with it: AWS documents no name of `bedrock-runtime` with addresses of
 * IPv6, and there is no way out over IPv4. The endpoint costs 7.30 $ a month and zone, used or not.
 */
export const addEmbeddingEndpoint = (deployment: Deployment, vpc: Vpc, callers: SecurityGroup): void => {
  const { search } = deployment.settings
  if (search.embedder !== 'bedrock') return
  const scope = Stack.of(vpc)
  const group = new SecurityGroup(scope, 'BedrockEndpoint', {
    ...{ vpc, description: 'The way to Bedrock', allowAllOutbound: false },
  })
  group.addIngressRule(callers, Port.tcp(443), 'Embeddings')
  callers.addEgressRule(group, Port.tcp(443), 'Embeddings')
  const endpoint = vpc.addInterfaceEndpoint('Bedrock', {
    service: InterfaceVpcEndpointAwsService.BEDROCK_RUNTIME,
    ...{ securityGroups: [group], open: false },
  })
  endpoint.addToPolicy(
    new PolicyStatement({
      // a role cannot be named here otherwise than by its account
      principals: [new AnyPrincipal()],
      conditions: { StringEquals: { 'aws:PrincipalAccount': scope.account } },
      ...invokes(scope, search.model),
    }),
  )
}

/** Tells a function by what it embeds, and lets it ask the one model of the settings, if any. */
export const grantEmbedding = ({ settings: { search } }: Deployment, made: LambdaFunction): void => {
  made.addEnvironment('EMBEDDER', search.embedder)
  if (search.embedder !== 'bedrock') return
  made.addEnvironment('EMBEDDER_MODEL', search.model)
  made.addEnvironment('EMBEDDER_DIMENSIONS', String(search.dimensions))
  made.addToRolePolicy(new PolicyStatement(invokes(made, search.model)))
}

const invokes = (scope: Construct, model: string) => ({
  actions: ['bedrock:InvokeModel'],
  resources: [
    Stack.of(scope).formatArn({
      ...{ service: 'bedrock', account: '', resource: 'foundation-model', resourceName: model },
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    }),
  ],
})
