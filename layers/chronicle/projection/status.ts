import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import { loadRules, sensitiveRuledTypes } from '../rules/postgres.ts'
import { loadProgress } from './postgres/progress.ts'
import { publishingStatus } from './publish.ts'

/** How the projection of a world's chronicles stands. */
export interface ProjectionStatus {
  /** The world's setting `chronicle.project`. */
  enabled: boolean
  projectedSeq: number
  recordedSeq: number
  /** Chronicle events that were recorded or changed and are not projected. */
  lag: number
  /** Entities may not be as the chronicles have them, and it will not be better by itself in a moment. */
  degraded: boolean
  /** Why. */
  reason?: 'off' | 'failing'
  /** In a row. */
  failures: number
  /** ISO 8601: when it is tried again; null: at the next occasion. */
  retryAt: string | null
  /** What the world does not take, such as data that its component types refuse: up to 100. */
  refused: { target: string; refusal: string }[]
  /** Actions that no rule knows, most frequent first: up to 1,000. */
  unknownActions: { action: string; events: number }[]
  /** A derivation beside the one that holds, under way. */
  rebuilding: { purpose: string; seq: number } | null
  /** Of its setting `chronicle.publishEntityEvents`: up to what seq of the world's log, and failures in a row. */
  published: { seq: number; failures: number } | null
  /** Of the last comparison with a derivation from the events alone. */
  verified: { at: string; differences: number } | null
}

const selectLag = `
  SELECT count(*) AS events FROM chronicle_events WHERE world_id = $1 AND from_seq > $2 AND from_seq <= $3`

const selectUnknown = `
  SELECT action, count(*) AS events FROM chronicle_unknown_actions WHERE world_id = $1 AND generation = $2
  GROUP BY action ORDER BY events DESC, action LIMIT 1000`

const selectRefused = `
  SELECT target, refusal FROM chronicle_derived WHERE world_id = $1 AND generation = $2 AND refusal IS NOT NULL
  ORDER BY target_key LIMIT 100`

/** Of a world without chronicles: nothing is degraded. */
const untold: ProjectionStatus = {
  ...{ enabled: true, projectedSeq: 0, recordedSeq: 0, lag: 0, degraded: false, failures: 0, retryAt: null },
  ...{ refused: [], unknownActions: [], rebuilding: null, published: null, verified: null },
}

/** In a transaction of the world's tenant. */
export const projectionStatus = async (client: pg.ClientBase, worldId: string): Promise<ProjectionStatus> => {
  const progress = await loadProgress(client, worldId)
  const published = await publishingStatus(client, worldId)
  if (progress === undefined) return { ...untold, published }
  const { settings, projectedSeq, recordedSeq, generation, failures, retryAt, shadow } = progress
  const lag = await client.query<{ events: number }>(
    prepared(selectLag, [worldId, projectedSeq, recordedSeq]),
  )
  const unknown = await client.query<{ action: string; events: number }>(
    prepared(selectUnknown, [worldId, generation]),
  )
  const refused = await client.query<{ target: string; refusal: string }>(
    prepared(selectRefused, [worldId, generation]),
  )
  return {
    ...{ enabled: settings.project, projectedSeq, recordedSeq, lag: lag.rows[0]!.events, failures },
    ...degradation(settings.project, failures),
    retryAt: retryAt?.toISOString() ?? null,
    refused: [
      ...(await refusedRules(client, worldId)),
      ...refused.rows.map(({ target, refusal }) => ({ target: target.replaceAll('\u0001', ' '), refusal })),
    ],
    unknownActions: unknown.rows,
    rebuilding: shadow && { purpose: shadow.purpose, seq: shadow.seq },
    published,
    verified:
      progress.verifiedAt === null
        ? null
        : { at: progress.verifiedAt.toISOString(), differences: progress.differences ?? 0 },
  }
}

/** Of rules that were taken when sensitive types could still be named. */
const refusedRules = async (client: pg.ClientBase, worldId: string): Promise<ProjectionStatus['refused']> => {
  const { rules } = await loadRules(client, worldId)
  return (await sensitiveRuledTypes(client, worldId, rules)).map(({ type, field }) => ({
    target: field,
    refusal: `'${type}' is sensitive: what chronicles tell is in clear, and no rule may set it`,
  }))
}

const degradation = (enabled: boolean, failures: number): Pick<ProjectionStatus, 'degraded' | 'reason'> => {
  if (!enabled) return { degraded: true, reason: 'off' }
  return failures > 0 ? { degraded: true, reason: 'failing' } : { degraded: false }
}

/** The same for an answer that only says whether; one look-up. */
export const isDegraded = async (client: pg.ClientBase, worldId: string): Promise<boolean> => {
  const progress = await loadProgress(client, worldId)
  return progress !== undefined && degradation(progress.settings.project, progress.failures).degraded
}
