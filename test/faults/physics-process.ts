import { defaultPhysicsConfig, type PhysicsConfig } from '#physics/config'
import { startPhysics } from '#physics/service'
import { watchParent } from '#platform/parent-watch'

// A physics service in a process of its own, with the configuration in PHYSICS_CONFIG: started, stopped and
// killed by the fault tests, whose shorter times the environment of the real one cannot say.
watchParent()
const overrides = JSON.parse(process.env.PHYSICS_CONFIG!) as Partial<PhysicsConfig>
const config = { ...defaultPhysicsConfig, ...overrides } as PhysicsConfig
// JSON has no Infinity
if (overrides.checkpointsKept === null) config.checkpointsKept = Number.POSITIVE_INFINITY
const service = await startPhysics(config, { log: (line) => console.error(line) })
process.on('SIGTERM', () => void service.stop().then(() => process.exit(0)))
console.log(`ready as ${service.holder}`)
