import * as z from 'zod'

const days = z.int().min(0).max(36_500).nullable().default(null)

const policy = z
  .strictObject({
    /** How long data stays in the database before it goes to the archive; null: for ever. */
    hotDays: days,
    /** Whether it goes there. */
    archive: z.boolean().default(false),
    /** After how long it is deleted, wherever it is; null: never. */
    expireDays: days,
  })
  .refine(({ archive, hotDays }) => archive === (hotDays !== null), {
    path: ['hotDays'],
    message: 'must be given where archive is true, and only there',
  })
  .refine(({ hotDays, expireDays }) => (hotDays ?? 0) <= (expireDays ?? Number.POSITIVE_INFINITY), {
    path: ['expireDays'],
    message: 'must be at least hotDays',
  })

/** How long data of one kind stays. Days are of 24 hours and end with the hour (UTC). */
export type RetentionPolicy = z.output<typeof policy>

const ticks = z.strictObject({
  /** After how long raw ticks are deleted that are committed, however many `ledger.ticksKept` keeps; null: no limit of time. */
  expireDays: days,
})

/** What of a world is kept for how long. The default keeps everything where it is. */
export const retentionSettings = z
  .strictObject({
    /** What entities, components and relationships were before they changed. */
    history: policy.prefault({}),
    /** The log; none of it goes before everybody has read it. */
    events: policy.prefault({}),
    /** What chronicle events were told to be before they were told otherwise. */
    chronicles: policy.prefault({}),
    sceneSnapshots: policy.prefault({}),
    ticks: ticks.prefault({}),
    /** Why nothing of the world may expire or be erased; null: it may. Its own data may still go to the archive. */
    legalHold: z.string().trim().min(1).max(1_000).nullable().default(null),
  })
  .refine(
    ({ history, sceneSnapshots }) =>
      history.expireDays === null || (sceneSnapshots.expireDays ?? Infinity) <= history.expireDays,
    {
      path: ['sceneSnapshots', 'expireDays'],
      message: 'must be at most history.expireDays: a snapshot is a cut of the history',
    },
  )

export type RetentionSettings = z.output<typeof retentionSettings>
