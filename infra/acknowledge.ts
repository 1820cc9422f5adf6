import { Validations } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'

/**
 * Accepts findings of cdk-nag on a construct and what is in it, each with the reason why it may stay.
 *
 * @param reasons by the finding's id: `AwsSolutions-IAM5[Resource::*]`
 */
export const acknowledge = (construct: IConstruct, reasons: Record<string, string>): void => {
  for (const [id, reason] of Object.entries(reasons)) Validations.of(construct).acknowledge({ id, reason })
}
