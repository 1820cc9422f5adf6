export { build } from './build'
export { field } from './field'
export { layout, layoutSearch } from './layout'
export { nearestBodies, sortFound, withinReach } from './search'
