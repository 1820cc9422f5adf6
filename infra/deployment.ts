import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib'
import type { RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import type { Bundles } from './bundles.ts'
import type { StageSettings } from './settings.ts'

/** What every stack is made for. */
export interface Deployment {
  stage: string
  settings: StageSettings
  /** Of the functions. */
  bundles: Bundles
}

/** `orrery-STAGE-NAME`: explicit, so that people, alarms and other stacks can name it. */
export const nameOf = ({ stage }: Deployment, name: string): string => `orrery-${stage}-${name}`

/** Of what holds data. */
export const dataRemoval = ({ settings }: Deployment): RemovalPolicy =>
  settings.onDelete === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY

export const logRetention = ({ settings }: Deployment): RetentionDays => settings.logDays as RetentionDays

/** `arn:…:SERVICE:REGION:ACCOUNT:RESOURCE`, of this account and region. */
export const arnOf = (scope: Construct, service: string, resource: string): string =>
  Stack.of(scope).formatArn({ service, resource, arnFormat: ArnFormat.NO_RESOURCE_NAME })

/** A path of this repository, absolute. */
export const inRepository = (path: string): string =>
  join(fileURLToPath(new URL('..', import.meta.url)), path)
