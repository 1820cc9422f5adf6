import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { SubnetType } from 'aws-cdk-lib/aws-ec2'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import {
  AuroraPostgresEngineVersion,
  ClusterInstance,
  Credentials,
  DatabaseCluster,
  DatabaseClusterEngine,
  DBClusterStorageType,
  NetworkType,
} from 'aws-cdk-lib/aws-rds'
import type { Construct } from 'constructs'
import { acknowledge } from '../acknowledge.ts'
import { type Deployment, dataRemoval, logRetention, nameOf } from '../deployment.ts'
import type { AuroraSettings } from '../settings.ts'
import { databasePort, type Network } from '../stacks/network.ts'
import { type Database, databaseUrl } from './database.ts'

const databaseName = 'orrery'
const owner = 'orrery_owner'

/**
 * Aurora PostgreSQL Serverless v2, one writer. It pauses when nobody is connected; no proxy, which would keep it
 * awake. Roles log in by IAM; the owner's password is made, kept and rotated by RDS, and only migrations read it.
 */
export const createAurora = (
  scope: Construct,
  deployment: Deployment,
  { vpc, security }: Network,
  settings: AuroraSettings,
): Database => {
  const clusterIdentifier = nameOf(deployment, 'database')
  const logs = new LogGroup(scope, 'DatabaseLogs', {
    logGroupName: `/aws/rds/cluster/${clusterIdentifier}/postgresql`,
    retention: logRetention(deployment),
    removalPolicy: RemovalPolicy.DESTROY,
  })
  const cluster = new DatabaseCluster(scope, 'Database', {
    clusterIdentifier,
    engine: DatabaseClusterEngine.auroraPostgres({ version: AuroraPostgresEngineVersion.VER_17_7 }),
    // a version that came by itself would be one that the template goes back from
    writer: ClusterInstance.serverlessV2('Writer', { autoMinorVersionUpgrade: false }),
    serverlessV2MinCapacity: settings.minAcu,
    serverlessV2MaxCapacity: settings.maxAcu,
    ...(settings.minAcu === 0 && {
      serverlessV2AutoPauseDuration: Duration.minutes(settings.pauseAfterMinutes),
    }),
    vpc,
    vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
    securityGroups: [security.database],
    networkType: NetworkType.DUAL,
    port: databasePort,
    iamAuthentication: true,
    credentials: Credentials.fromUsername(owner),
    manageMasterUserPassword: true,
    defaultDatabaseName: databaseName,
    storageEncrypted: true,
    // standard: I/O is paid by the request, which is next to nothing while nobody plays
    storageType: settings.ioOptimized ? DBClusterStorageType.AURORA_IOPT1 : DBClusterStorageType.AURORA,
    cloudwatchLogsExports: ['postgresql'],
    backup: { retention: Duration.days(settings.backupDays) },
    copyTagsToSnapshot: true,
    deletionProtection: settings.deletionProtection,
    removalPolicy: settings.deletionProtection ? RemovalPolicy.RETAIN : snapshotOr(dataRemoval(deployment)),
  })
  cluster.node.addDependency(logs)
  if (!settings.deletionProtection)
    acknowledge(cluster, { 'AwsSolutions-RDS10': 'The settings of the stage say that it may be deleted.' })
  return accessTo(cluster)
}

const snapshotOr = (removal: RemovalPolicy): RemovalPolicy =>
  removal === RemovalPolicy.RETAIN ? RemovalPolicy.SNAPSHOT : removal

const accessTo = (cluster: DatabaseCluster): Database => {
  const { hostname } = cluster.clusterEndpoint
  const secret = cluster.secret!
  return {
    verifiesTls: true,
    environment: (role) => ({
      DATABASE_AUTH: 'iam',
      DATABASE_URL: databaseUrl(role, hostname, databasePort, databaseName),
    }),
    grantConnect: (grantee, role) => void cluster.grantConnect(grantee, role),
    ownerEnvironment: () => ({ DATABASE_OWNER_SECRET_ARN: secret.secretArn }),
    grantOwner: (grantee) => {
      secret.grantRead(grantee)
      // who makes roles that log in by IAM becomes such a role, and its password is no longer taken
      cluster.grantConnect(grantee, owner)
    },
  }
}
