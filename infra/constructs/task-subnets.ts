import { Fn } from 'aws-cdk-lib'
import {
  type CfnEgressOnlyInternetGateway,
  CfnRoute,
  CfnRouteTable,
  CfnSubnet,
  CfnSubnetRouteTableAssociation,
  type ISubnet,
  Subnet,
  type Vpc,
} from 'aws-cdk-lib/aws-ec2'
import { Construct } from 'constructs'

/** Of the /56 of the VPC's addresses: the /64s from here on are the tasks', those before the VPC's own subnets'. */
const firstBlock = 16

/**
 * Subnets with addresses of IPv6 alone, one in each zone, with a way out and none in.
 *
 * A Fargate task in a dual-stack subnet pulls its image over IPv4, which has no way out here: ECS speaks IPv6 to
 * ECR only for tasks that have no other address
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html, "Using a VPC in
 * IPv6-only mode"; aws/containers-roadmap#2792 is what happens otherwise). This follows the documentation and
 * has not been tried on an account.
 */
export const createTaskSubnets = (vpc: Vpc): ISubnet[] => {
  const scope = new Construct(vpc, 'TaskSubnets')
  const gateway = vpc.node.findChild('EIGW6') as CfnEgressOnlyInternetGateway
  return vpc.availabilityZones.map((availabilityZone, index) => {
    const subnet = new CfnSubnet(scope, `Subnet${index + 1}`, {
      vpcId: vpc.vpcId,
      availabilityZone,
      ipv6Native: true,
      ipv6CidrBlock: blockOf(vpc, firstBlock + index),
      assignIpv6AddressOnCreation: true,
    })
    subnet.node.addDependency(vpc.node.findChild('ipv6cidr'))
    const routes = new CfnRouteTable(scope, `Routes${index + 1}`, { vpcId: vpc.vpcId })
    new CfnRoute(scope, `WayOut${index + 1}`, {
      routeTableId: routes.ref,
      destinationIpv6CidrBlock: '::/0',
      egressOnlyInternetGatewayId: gateway.ref,
    })
    new CfnSubnetRouteTableAssociation(scope, `RoutesOf${index + 1}`, {
      subnetId: subnet.ref,
      routeTableId: routes.ref,
    })
    return Subnet.fromSubnetAttributes(scope, `Imported${index + 1}`, {
      subnetId: subnet.ref,
      availabilityZone,
      routeTableId: routes.ref,
    })
  })
}

const blockOf = (vpc: Vpc, index: number): string =>
  Fn.select(index, Fn.cidr(Fn.select(0, vpc.vpcIpv6CidrBlocks), index + 1, '64'))
