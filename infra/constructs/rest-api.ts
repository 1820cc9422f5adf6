import { CfnOutput, RemovalPolicy } from 'aws-cdk-lib'
import {
  AccessLogFormat,
  CfnAccount,
  DomainName,
  EndpointType,
  IpAddressType,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RestApi,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigateway'
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { acknowledge } from '../acknowledge.ts'
import { type Deployment, logRetention, nameOf } from '../deployment.ts'
import { answerWithProblems } from './gateway-problems.ts'

/** The door: throttled, logged without tokens and payloads, and mutual TLS on the domain where the settings say so. */
export const createRestApi = (scope: Construct, deployment: Deployment): RestApi => {
  const { throttle, domain } = deployment.settings.api
  const logGroup = new LogGroup(scope, 'AccessLogs', {
    logGroupName: `/orrery/${deployment.stage}/api-access`,
    retention: logRetention(deployment),
    removalPolicy: RemovalPolicy.DESTROY,
  })
  const api = new RestApi(scope, 'Api', {
    restApiName: nameOf(deployment, 'api'),
    description: 'Orrery: GET /openapi.json says what it can do',
    // bodies come as base64, a third longer: as text within JSON, 4 MB of quotes would be more than a function takes
    binaryMediaTypes: ['*/*'],
    endpointConfiguration: { types: [EndpointType.REGIONAL], ipAddressType: IpAddressType.DUAL_STACK },
    // who comes by the gateway's own name comes without a client certificate
    disableExecuteApiEndpoint: domain !== undefined,
    cloudWatchRole: false,
    deployOptions: {
      stageName: 'v1',
      throttlingRateLimit: throttle.requestsPerSecond,
      throttlingBurstLimit: throttle.burst,
      tracingEnabled: true,
      loggingLevel: MethodLoggingLevel.ERROR,
      dataTraceEnabled: false,
      accessLogDestination: new LogGroupLogDestination(logGroup),
      accessLogFormat: AccessLogFormat.custom(JSON.stringify(accessLogFields)),
    },
  })
  acknowledge(api, {
    'AwsSolutions-APIG2':
      'The functions validate every request whole, against the schemas that make the OpenAPI document.',
    'AwsSolutions-APIG3':
      'A web ACL is 5 $ a month and a rule 1 $, more than all the rest while idle; the stage and each tenant are throttled.',
  })
  answerWithProblems(api)
  if (deployment.settings.api.setsLogRole) setLogRole(scope, api)
  if (domain !== undefined) addDomain(scope, api, domain)
  return api
}

/** Neither query nor headers: they can hold what nobody may read in a log. */
const accessLogFields = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  method: '$context.httpMethod',
  resource: '$context.resourcePath',
  status: '$context.status',
  tenant: '$context.authorizer.tenantId',
  subject: '$context.authorizer.subject',
  latencyMs: '$context.responseLatency',
  integrationMs: '$context.integrationLatency',
  responseBytes: '$context.responseLength',
  error: '$context.error.responseType',
  integrationError: '$context.integrationErrorMessage',
  authorizerStatus: '$context.authorizer.status',
  trace: '$context.xrayTraceId',
}

/** API Gateway logs by one role for the whole account and region; it stays when the stage goes. */
const setLogRole = (scope: Construct, api: RestApi): void => {
  const role = new Role(scope, 'LogRole', {
    assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
    managedPolicies: [
      ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonAPIGatewayPushToCloudWatchLogs'),
    ],
  })
  role.applyRemovalPolicy(RemovalPolicy.RETAIN)
  acknowledge(role, {
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]':
      'The role belongs to the account: it writes the logs of every API of the region, whatever they are called.',
  })
  const account = new CfnAccount(scope, 'LogAccount', { cloudWatchRoleArn: role.roleArn })
  account.applyRemovalPolicy(RemovalPolicy.RETAIN)
  api.deploymentStage.node.addDependency(account)
}

interface Domain {
  name: string
  certificateArn: string
  truststore?: string | undefined
}

const addDomain = (scope: Construct, api: RestApi, { name, certificateArn, truststore }: Domain): void => {
  const domain = new DomainName(scope, 'Domain', {
    domainName: name,
    certificate: Certificate.fromCertificateArn(scope, 'Certificate', certificateArn),
    endpointType: EndpointType.REGIONAL,
    securityPolicy: SecurityPolicy.TLS_1_2,
    ...(truststore !== undefined && { mtls: mutualTls(scope, truststore) }),
  })
  domain.addBasePathMapping(api, { stage: api.deploymentStage })
  new CfnOutput(scope, 'DomainTarget', {
    value: domain.domainNameAliasDomainName,
    description: `What ${name} must point at`,
  })
}

const mutualTls = (scope: Construct, truststore: string) => {
  const [bucket, ...key] = truststore.slice('s3://'.length).split('/')
  return { bucket: Bucket.fromBucketName(scope, 'Truststore', bucket!), key: key.join('/') }
}
