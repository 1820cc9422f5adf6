import { Aws } from 'aws-cdk-lib'
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets'
import { ContainerImage, type TaskDefinition } from 'aws-cdk-lib/aws-ecs'
import type { Construct } from 'constructs'
import { inRepository } from '../deployment.ts'

/**
 * The image of services/physics, built when it is deployed, by the name under which ECR answers over IPv6 as well
 * (https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html): the CDK knows only the name of IPv4.
 */
export const physicsImage = (scope: Construct, task: TaskDefinition): ContainerImage => {
  const { repository, imageTag } = new DockerImageAsset(scope, 'Image', {
    directory: inRepository('.'),
    file: 'services/physics/Dockerfile',
    platform: Platform.LINUX_ARM64,
  })
  repository.grantPull(task.obtainExecutionRole())
  const registry = `${Aws.ACCOUNT_ID}.dkr-ecr.${Aws.REGION}.on.aws`
  return ContainerImage.fromRegistry(`${registry}/${repository.repositoryName}:${imageTag}`)
}
