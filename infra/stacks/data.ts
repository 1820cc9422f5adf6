import { basename } from 'node:path'
import { type App, CustomResource, Duration, Stack } from 'aws-cdk-lib'
import { createAurora } from '../constructs/aurora.ts'
import type { Database } from '../constructs/database.ts'
import { useExternalDatabase } from '../constructs/external-database.ts'
import { createFunction } from '../constructs/function.ts'
import { createObjects, type Objects } from '../constructs/objects.ts'
import { createSealingKey, type SealingKey } from '../constructs/sealing-key.ts'
import {
  type CopiesTable,
  createCopiesTable,
  createLimitsTable,
  createOverflowTable,
  createTicksTable,
  type LimitsTable,
  type OverflowTable,
  type TicksTable,
} from '../constructs/tables.ts'
import { type Deployment, nameOf } from '../deployment.ts'
import type { Network } from './network.ts'

/** Where everything is kept. */
export interface Data {
  stack: Stack
  database: Database
  /** Checkpoints, and requests that are too large for a queue. */
  objects: Objects
  overflowTable: OverflowTable
  limitsTable: LimitsTable
  copiesTable: CopiesTable
  ticksTable: TicksTable
  /** Undefined: no sensitive component types. */
  sealingKey: SealingKey | undefined
}

export const createData = (app: App, deployment: Deployment, network: Network): Data => {
  const { settings } = deployment
  const stack = new Stack(app, nameOf(deployment, 'data'), {
    description: 'Orrery: database with its schema, objects, tables',
    terminationProtection: settings.onDelete === 'retain',
  })
  const database =
    settings.database.kind === 'aurora'
      ? createAurora(stack, deployment, network, settings.database)
      : useExternalDatabase(stack, settings.database)
  const made = {
    objects: createObjects(stack, deployment),
    overflowTable: createOverflowTable(stack, deployment),
    limitsTable: createLimitsTable(stack, deployment),
    copiesTable: createCopiesTable(stack, deployment),
    ticksTable: createTicksTable(stack, deployment),
    sealingKey: createSealingKey(stack, deployment),
  }
  runMigrations(stack, deployment, network, database)
  return { ...{ stack, database }, ...made }
}

/** The schema is part of the data: no stack that relies on it is deployed before it is there. */
const runMigrations = (
  stack: Stack,
  deployment: Deployment,
  { vpc, security }: Network,
  database: Database,
): void => {
  const migrate = createFunction(stack, deployment, {
    name: 'migrate',
    description: 'Makes the roles and the schema of the database. See docs/runbook.md#migration-failed',
    timeoutSeconds: 900,
    service: 'migrate',
    database: { access: database, role: 'orrery_migrate' },
    environment: database.ownerEnvironment(),
    network: { vpc, securityGroups: [security.functions] },
    failuresShowIn: 'deployment',
  })
  database.grantOwner(migrate)
  const schema = new CustomResource(stack, 'Schema', {
    resourceType: 'Custom::OrrerySchema',
    serviceToken: migrate.functionArn,
    serviceTimeout: Duration.minutes(16),
    // the folder is named for what is in it, the migrations included: it runs again when they change
    properties: { version: basename(deployment.bundles.migrate) },
  })
  // last of all: the writer and the right to connect are there, and nothing else of the stack can fail once the
  // schema is new. CloudFormation would bring the old code back, which refuses a database that is newer than itself.
  schema.node.addDependency(...stack.node.children.filter((child) => child !== schema))
}
