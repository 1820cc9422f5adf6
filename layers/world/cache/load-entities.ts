import type pg from 'pg'
import { int8Array, textArray } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import type { JsonObject } from '../event.ts'
import { componentsAt, entitiesAt } from '../read/at.ts'
import type { CachedComponent, CoreRow, LoadedEntity } from './entity-cache.ts'

/** An entity that is wanted, and the versions of its components that are known already. */
export interface WantedEntity {
  entityId: string
  known: Record<string, number>
}

interface LoadedRow {
  wanted_id: string
  at_seq: number
  core: CoreRow | null
  versions: Record<string, number> | null
  components: Record<string, JsonObject> | null
}

// one statement, so that all it says is of one snapshot
const loadText = `
  SELECT wanted.id AS wanted_id, w.seq AS at_seq,
    CASE WHEN e.entity_id IS NOT NULL THEN jsonb_build_array(e.name, e.class_type, to_jsonb(e.tags), e.x, e.y, e.z,
      e.archetype, e.flux_position, e.from_seq, floor(extract(epoch FROM e.created_at) * 1000)::int8,
      floor(extract(epoch FROM e.updated_at) * 1000)::int8) END AS core,
    (SELECT jsonb_object_agg(c.component_type, c.from_seq) FROM ${componentsAt.now} c
      WHERE c.entity_id = wanted.id) AS versions,
    (SELECT jsonb_object_agg(c.component_type, c.data) FROM ${componentsAt.now} c
      WHERE c.entity_id = wanted.id AND NOT EXISTS (
        SELECT FROM unnest($4::text[], $5::text[], $6::int8[]) AS known (id, type, version)
        WHERE known.id = wanted.id AND known.type = c.component_type AND known.version = c.from_seq)) AS components
  FROM worlds w CROSS JOIN unnest($3::text[]) AS wanted (id)
  LEFT JOIN ${entitiesAt.now} e ON e.entity_id = wanted.id
  WHERE w.world_id = $1`

/**
 * The entities as they are now, with the data of those components that are not known. `client` is set to the tenant;
 * none where it has no such world.
 */
export const loadEntities = async (
  client: pg.ClientBase,
  { tenantId, worldId }: { tenantId: string; worldId: string },
  wanted: WantedEntity[],
  checkedAt: number,
): Promise<LoadedEntity[]> => {
  const known = wanted.flatMap(({ entityId, known }) =>
    Object.entries(known).map(([type, version]) => ({ entityId, type, version })),
  )
  const { rows } = await client.query<LoadedRow>(
    prepared(loadText, [
      ...[worldId, null, textArray(wanted.map(({ entityId }) => entityId))],
      textArray(known.map(({ entityId }) => entityId)),
      textArray(known.map(({ type }) => type)),
      int8Array(known.map(({ version }) => version)),
    ]),
  )
  return rows.map(({ wanted_id: entityId, at_seq: atSeq, core, versions, components }) => ({
    name: { tenantId, worldId, entityId },
    ...{ atSeq, checkedAt },
    core: core && { row: core, versions: versions ?? {} },
    components: core === null ? {} : withVersions(components ?? {}, versions ?? {}),
  }))
}

const withVersions = (
  components: Record<string, JsonObject>,
  versions: Record<string, number>,
): Record<string, CachedComponent> =>
  Object.fromEntries(
    Object.entries(components).map(([type, data]) => [type, { version: versions[type]!, data }]),
  )
