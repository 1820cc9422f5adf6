import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, BillingMode, Table, TableEncryption, type TableProps } from 'aws-cdk-lib/aws-dynamodb'
import type { IGrantable } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import { acknowledge } from '../acknowledge.ts'
import { type Deployment, dataRemoval, nameOf } from '../deployment.ts'

/** Which worlds' requests wait, and which requests: what was accepted while the database was away. */
export interface OverflowTable {
  tableName: string
  /** Whether something waits. */
  grantLook(grantee: IGrantable): void
  /** Lets requests wait, and clears what was applied. */
  grantUse(grantee: IGrantable): void
  /** Which worlds wait. */
  grantScan(grantee: IGrantable): void
}

/** Token buckets of tenants. */
export interface LimitsTable {
  tableName: string
  grantTake(grantee: IGrantable): void
}

/** Commits of worlds whose settings want a copy in DynamoDB: layers/ledger/adapters/dynamodb.ts. */
export interface CopiesTable {
  tableName: string
  grantUse(grantee: IGrantable): void
}

/** Tick snapshots, for minutes: layers/sync/stores/dynamodb.ts. */
export interface TicksTable {
  tableName: string
  grantRead(grantee: IGrantable): void
  /** Who writes reads how far it is. */
  grantWrite(grantee: IGrantable): void
}

const common: Partial<TableProps> = {
  billingMode: BillingMode.PAY_PER_REQUEST,
  encryption: TableEncryption.AWS_MANAGED,
}

export const createOverflowTable = (scope: Construct, deployment: Deployment): OverflowTable => {
  const table = new Table(scope, 'Overflow', {
    ...common,
    tableName: nameOf(deployment, 'overflow'),
    partitionKey: { name: 'key', type: AttributeType.STRING },
    sortKey: { name: 'id', type: AttributeType.STRING },
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: deployment.settings.onDelete === 'retain',
    removalPolicy: dataRemoval(deployment),
  })
  const grant = (grantee: IGrantable, ...actions: string[]): void => {
    table.grant(grantee, ...actions.map((action) => `dynamodb:${action}`))
  }
  return {
    tableName: table.tableName,
    grantLook: (grantee) => grant(grantee, 'Query'),
    grantUse: (grantee) => grant(grantee, 'Query', 'PutItem', 'DeleteItem'),
    grantScan: (grantee) => grant(grantee, 'Scan'),
  }
}

export const createLimitsTable = (scope: Construct, deployment: Deployment): LimitsTable => {
  const table = new Table(scope, 'Limits', {
    ...common,
    tableName: nameOf(deployment, 'limits'),
    partitionKey: { name: 'tenant', type: AttributeType.STRING },
    timeToLiveAttribute: 'expiresAt',
    removalPolicy: RemovalPolicy.DESTROY,
  })
  acknowledge(table, { 'AwsSolutions-DDB3': 'Its items are of no use after a minute.' })
  return {
    tableName: table.tableName,
    grantTake: (grantee) => void table.grant(grantee, 'dynamodb:GetItem', 'dynamodb:UpdateItem'),
  }
}

export const createCopiesTable = (scope: Construct, deployment: Deployment): CopiesTable => {
  const table = new Table(scope, 'Copies', {
    ...common,
    tableName: nameOf(deployment, 'copies'),
    partitionKey: { name: 'partition', type: AttributeType.STRING },
    sortKey: { name: 'key', type: AttributeType.STRING },
    deletionProtection: deployment.settings.onDelete === 'retain',
    removalPolicy: dataRemoval(deployment),
  })
  acknowledge(table, { 'AwsSolutions-DDB3': 'A copy: the commits themselves are in PostgreSQL.' })
  const actions = ['GetItem', 'PutItem', 'DeleteItem', 'Query'].map((action) => `dynamodb:${action}`)
  return { tableName: table.tableName, grantUse: (grantee) => void table.grant(grantee, ...actions) }
}

export const createTicksTable = (scope: Construct, deployment: Deployment): TicksTable => {
  const table = new Table(scope, 'Ticks', {
    ...common,
    tableName: nameOf(deployment, 'ticks'),
    partitionKey: { name: 'partition', type: AttributeType.STRING },
    sortKey: { name: 'key', type: AttributeType.STRING },
    timeToLiveAttribute: 'expiresAt',
    removalPolicy: RemovalPolicy.DESTROY,
  })
  acknowledge(table, {
    'AwsSolutions-DDB3': 'Its items are of no use after minutes, and whoever lacks one reads the full state.',
  })
  const grant = (grantee: IGrantable, actions: string[]): void =>
    void table.grant(grantee, ...actions.map((action) => `dynamodb:${action}`))
  const reading = ['GetItem', 'BatchGetItem', 'Query']
  return {
    tableName: table.tableName,
    grantRead: (grantee) => grant(grantee, reading),
    grantWrite: (grantee) => grant(grantee, [...reading, 'PutItem', 'BatchWriteItem']),
  }
}
