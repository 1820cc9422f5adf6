import * as z from 'zod'

/** The scales of the ledger, finest first. */
export const layerNames = ['atomic', 'planetary', 'solar', 'galactic', 'universal'] as const
export type LayerName = (typeof layerNames)[number]

/** Where commits of a layer are kept; each but PostgreSQL holds a copy that follows. */
export const adapterNames = [
  'postgres',
  'sqlite',
  'leveldb',
  'cassandra',
  'clickhouse',
  'dynamodb',
  'object-store',
] as const

/** A cube's side is 2^cell units; `*` is one cell that holds everything. */
const cell = z.union([z.literal('*'), z.int().min(-13).max(40)], 'must be a whole number of -13 to 40, or *')
export type CellSize = z.output<typeof cell>

/** When a span of ticks ends and becomes a commit. */
const commitPolicy = z.strictObject({
  /**
   * `fixed`: with the window. `adaptive`: as soon as one of the thresholds is reached, at the latest with the window.
   * `hybrid`: the same, but no sooner than `minTicks` after the span's first tick.
   */
  strategy: z.enum(['fixed', 'adaptive', 'hybrid']).default('fixed'),
  /** Ticks of a window; windows begin at multiples of it, and every span ends with its window. */
  windowTicks: z.int().min(1).max(1_000_000).default(100),
  /** hybrid: ticks that a span has at least, unless its window ends. */
  minTicks: z.int().min(1).max(1_000_000).default(10),
  /** Thresholds; null: does not count. Contributions of the span's regions together; */
  maxContributions: z.int().min(1).max(1_000_000_000).nullable().default(null),
  /** mean of their activity; */
  meanActivity: z.number().min(0).max(1e9).nullable().default(null),
  /** variance of their activity. */
  activityVariance: z.number().min(0).max(1e18).nullable().default(null),
})

/** When commits leave the database for the archive. */
const archivePolicy = z.strictObject({
  /** Commits that end so many ticks before the layer's last window; null: never. */
  afterTicks: z.int().min(1).max(1_000_000_000).nullable().default(10_000),
  /** Sooner where it is quiet: commits whose mean activity is below `quietBelow`, after so many ticks. */
  quietAfterTicks: z.int().min(1).max(1_000_000_000).nullable().default(null),
  quietBelow: z.number().min(0).max(1e9).default(0),
})

const layer = z.strictObject({
  name: z.enum(layerNames),
  cell,
  adapter: z.enum(adapterNames).default('postgres'),
  commit: commitPolicy.prefault({}),
  archive: archivePolicy.prefault({}),
})

const defaultLayers: z.input<typeof layer>[] = [
  { name: 'atomic', cell: 0 },
  { name: 'planetary', cell: 6 },
  { name: 'solar', cell: 12, commit: { windowTicks: 600 } },
  { name: 'galactic', cell: 18, commit: { windowTicks: 600 } },
  { name: 'universal', cell: '*', commit: { windowTicks: 600 } },
]

/** f of a contribution, baseWeight · f(activity). */
const weightFunction = z.discriminatedUnion('function', [
  /** f(a) = a */
  z.strictObject({ function: z.literal('linear') }),
  /** f(a) = α · a^β, β in steps of 1/256, so that square roots make it exactly the same everywhere. */
  z.strictObject({
    function: z.literal('power'),
    alpha: z.number().gt(0).max(1e6).default(1),
    beta: z
      .number()
      .gt(0)
      .max(8)
      .refine((beta) => Number.isInteger(beta * 256), 'must be a multiple of 1/256')
      .default(1),
  }),
  /** f(a) = √(a² + ε²): a body of activity 0 counts too, and ticks. */
  z.strictObject({ function: z.literal('softFloor'), epsilon: z.number().gt(0).max(1e6).default(0.01) }),
])
export type WeightFunction = z.output<typeof weightFunction>

const sizeOf = (size: CellSize): number => (size === '*' ? Number.POSITIVE_INFINITY : size)

const layers = z
  .array(layer)
  .max(layerNames.length)
  .refine(
    (all) => all.every(({ name }, at) => at === 0 || rank(all[at - 1]!.name) < rank(name)),
    'must name each layer once, finest first: atomic, planetary, solar, galactic, universal',
  )
  .refine(
    (all) => all.every((one, at) => at === 0 || sizeOf(all[at - 1]!.cell) < sizeOf(one.cell)),
    'each cell must be larger than that of the layer below',
  )

const rank = (name: LayerName): number => layerNames.indexOf(name)

export const ledgerSettings = z.strictObject({
  /** Who makes the ticks of this world: the physics, or whoever posts them; `none`: nobody, nothing is committed. */
  producer: z.enum(['physics', 'external', 'none']).default('physics'),
  /** Any subset of the layers, finest first; the first one takes the ticks, each other one the commits of the one before. */
  layers: layers.prefault(defaultLayers),
  baseWeight: z.number().gt(0).max(1e6).default(1),
  weight: weightFunction.prefault({ function: 'linear' }),
  /** Cell exponent of shards: the unit of one engine and one chain. A layer of larger cells has one shard a cell. */
  shardCell: z.int().min(0).max(40).default(12),
  /** Bodies of a shard in one tick beyond which they go to shards one cell size finer. */
  hotShardBodies: z.int().min(100).max(10_000_000).default(100_000),
  /** external: ticks may come so late that the watermark stays so far behind the last one. */
  latenessTicks: z.int().min(0).max(1_000_000).default(0),
  /** external: shards of the first layer may have so many inputs together that are due and not committed; then 429. */
  backlogInputs: z.int().min(1).max(100_000).default(10_000),
  /** Raw ticks stay so long after they were committed, that commits can be recomputed. */
  ticksKept: z.int().min(0).max(1_000_000_000).default(10_000),
  /** …but no more than so many MB of them. */
  ticksKeptMb: z.int().min(1).max(10_000_000).default(1_024),
  /** Share of the difference of activity that neighbouring regions of the first layer exchange at each window; 0: none. */
  thermalDiffusion: z
    .number()
    .min(0)
    .max(1 / 6)
    .default(0),
  /** The exchange keeps the sum of all activity. */
  thermalConserves: z.boolean().default(true),
})

export type LedgerSettings = z.output<typeof ledgerSettings>
export type LayerSettings = LedgerSettings['layers'][number]
export type CommitPolicy = z.output<typeof commitPolicy>
