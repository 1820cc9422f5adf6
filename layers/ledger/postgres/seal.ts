/** SQL of each column: a name, or a parameter. */
interface SealedColumns {
  id: string
  tenant: string
  from: string
  seen: string
  cause: string
  committedAt: string
}

/**
 * SQL of the seal of a commit: SHA-256 over the columns that its hash leaves out, since they depend on how its ticks
 * were dealt out and on the clock. The same text for parameters, where it is written, as for columns, where it is checked.
 */
export const sealOf = ({ id, tenant, from, seen, cause, committedAt }: SealedColumns): string =>
  `sha256(convert_to(jsonb_build_array(${id}::uuid, ${tenant}::text, ${from}::int8, ${seen}::int8, ${cause}::jsonb,
    extract(epoch FROM ${committedAt}::timestamptz))::text, 'UTF8'))`
