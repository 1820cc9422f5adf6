import { noHash } from '../commit.ts'
import type { LayerKey } from '../ledger-store.ts'
import { hashManifest } from '../manifest.ts'
import { compareRegions } from '../place.ts'
import { hasManifest, readManifests } from '../postgres/read-manifests.ts'
import { type LayerRow, type ManifestRow, readWindowHeads, type WindowHead } from '../postgres/windows.ts'
import { firstFault, LedgerBroken } from './broken-link.ts'
import type { VerifyContext } from './verify-chains.ts'

/** Where the chain of manifests stands. */
interface ManifestPoint {
  manifest: number
  hash: string
  epochEnd: number
}

const manifestsAtOnce = 200

/**
 * Follows the manifests of a layer up to the one that its row names; each must be over the heads of all commits of its
 * window, and no window that was closed may lack one. Answers how many there are.
 *
 * @throws LedgerBroken
 */
export const verifyManifests = async (
  context: VerifyContext,
  key: LayerKey,
  row: LayerRow,
): Promise<number> => {
  const { client } = context
  let count = 0
  let last: ManifestPoint | undefined
  for (;;) {
    const manifests = await readManifests(client, key, last?.manifest ?? 0, manifestsAtOnce)
    if (manifests.length === 0) break
    last ??= await beginOf(context, key, manifests[0]!)
    const upTo = manifests.reduce((most, { epochEnd }) => Math.max(most, epochEnd), 0)
    const windows = await headsByWindow(context, key, last.epochEnd, upTo)
    for (const one of manifests) {
      const wrong = faultOfManifest(key, one, last, windows)
      if (wrong !== undefined) throw broken(key, one.manifest, wrong)
      last = one
    }
    count += manifests.length
  }
  last ??= await beginOf(context, key, { manifest: row.manifest + 1, previousHash: row.hash })
  await checkEnd(context, key, row, last)
  return count
}

const broken = ({ layer }: LayerKey, manifest: number, what: string): LedgerBroken =>
  new LedgerBroken({ layer, manifest, what })

/** What the first manifest of this world follows: nothing, or a manifest of an ancestor. */
const beginOf = async (
  { client, lineage }: VerifyContext,
  key: LayerKey,
  { manifest, previousHash }: Pick<ManifestRow, 'manifest' | 'previousHash'>,
): Promise<ManifestPoint> => {
  const ancestors = lineage.worlds.slice(1).map(({ worldId }) => worldId)
  if (manifest === 1 || ancestors.length === 0) return { manifest: 0, hash: noHash, epochEnd: 0 }
  if (!(await hasManifest(client, ancestors, key, manifest - 1, previousHash)))
    throw broken(key, manifest, `the world was forked without a manifest ${manifest - 1} ${previousHash}`)
  // the windows of ancestors are their own
  return { manifest: manifest - 1, hash: previousHash, epochEnd: 0 }
}

/** Heads of this world's own commits, by the end of their windows. */
const headsByWindow = async (
  { client }: VerifyContext,
  { worldId, layer }: LayerKey,
  after: number,
  upTo: number,
): Promise<Map<number, WindowHead[]>> =>
  Map.groupBy(await readWindowHeads(client, worldId, layer, after, upTo), ({ windowEnd }) => windowEnd)

const faultOfManifest = (
  { layer, tenantId }: LayerKey,
  one: ManifestRow & { tenantId: string },
  before: ManifestPoint,
  windows: ReadonlyMap<number, readonly WindowHead[]>,
): string | undefined => {
  const { epochStart, epochEnd, previousHash } = one
  const heads = (windows.get(epochEnd) ?? []).toSorted((a, b) => compareRegions(a.shard, b.shard))
  const commits = heads.reduce((sum, head) => sum + head.commits, 0)
  const skipped = [...windows.keys()].find((end) => end > before.epochEnd && end < epochEnd)
  const fault = (holds: boolean, what: string) => (holds ? undefined : what)
  return firstFault(
    () => fault(one.manifest === before.manifest + 1, `manifest ${before.manifest + 1} is missing before it`),
    () => fault(one.tenantId === tenantId, 'it is another tenant’s'),
    () => fault(previousHash === before.hash, `its previous_hash is not that of manifest ${before.manifest}`),
    () =>
      fault(skipped === undefined, `the commits of the window up to ${skipped} before it have no manifest`),
    () =>
      fault(
        hashManifest({ layer, epochStart, epochEnd, previousHash, heads }) === one.hash,
        `its hash does not match the heads of the ${heads.length} chains in its window`,
      ),
    () => fault(one.commits === commits, `its window has ${commits} commits, and it says ${one.commits}`),
  )
}

const checkEnd = async (
  context: VerifyContext,
  key: LayerKey,
  row: LayerRow,
  last: ManifestPoint,
): Promise<void> => {
  if (row.manifest !== last.manifest || row.hash !== last.hash)
    throw broken(key, last.manifest, `the last one in ledger_layers is ${row.manifest} ${row.hash}`)
  if (row.closedTo < last.epochEnd)
    throw broken(key, last.manifest, `ledger_layers has its windows closed up to ${row.closedTo} only`)
  const [end] = (await headsByWindow(context, key, last.epochEnd, row.closedTo)).keys()
  if (end !== undefined)
    throw broken(key, last.manifest, `the commits of the closed window up to ${end} have no manifest`)
}
