export { build } from './build'
export { field } from './field'
export { layout } from './layout'
export { nearestBodies, sortFound, withinReach } from './search'
