import { useState } from 'preact/hooks'
import type { components } from '../../../../client/api-types.ts'
import { api, explain } from '../../api.ts'
import { Answer } from '../../ui/asked.tsx'
import { Figure } from '../../ui/figure.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Table } from '../../ui/table.tsx'
import { When } from '../../ui/when.tsx'
import { useAsk } from '../../use-ask.ts'

type Job = components['schemas']['LedgerJob']

interface Verified {
  holds?: boolean
  layers?: {
    layer: string
    chains: number
    commits: number
    archived: number
    manifests: number
    cells: number
  }[]
  broken?: { layer: string; shard?: string; number?: number; what: string }
}

/** Jobs of the ledger, and the one that says whether it holds. */
export const Verification = ({ world }: { world: string }) => {
  const asked = useAsk(
    (signal) => api().get('/admin/ledger/jobs', { query: { world, limit: '20' }, signal }),
    [world],
    { everyMs: 2_000 },
  )
  const [fault, setFault] = useState('')
  const verify = async () => {
    setFault('')
    await api()
      .post('/admin/ledger/verify', { query: { world } })
      .catch((error) => setFault(explain(error)))
    asked.reload()
  }
  return (
    <Panel
      title="Verification and archive"
      tools={
        <button type="button" class="primary" onClick={verify}>
          Verify now
        </button>
      }
    >
      {fault && (
        <p role="alert" class="problem">
          {fault}
        </p>
      )}
      <Answer of={asked}>
        {({ jobs }) => {
          const last = jobs.find(({ kind, status }) => kind === 'verify' && status === 'done')
          return (
            <>
              <div role="status">
                {last === undefined ? (
                  <p class="notice">Nobody has asked yet whether this ledger holds.</p>
                ) : (
                  <Result job={last} />
                )}
              </div>
              <Table
                caption="The last 20 jobs of the ledger"
                columns={jobColumns}
                rows={jobs}
                keyOf={({ jobId }) => jobId}
              />
            </>
          )
        }}
      </Answer>
    </Panel>
  )
}

const Result = ({ job }: { job: Job }) => {
  const { holds, layers = [], broken } = (job.result ?? {}) as Verified
  return (
    <>
      <p>
        {holds ? <span class="badge good">holds</span> : <span class="badge bad">does not hold</span>} as of{' '}
        <When time={job.finishedAt} />
        {broken && `: ${broken.layer} ${broken.shard ?? ''} ${broken.number ?? ''}: ${broken.what}`}
      </p>
      <Table
        caption="What was verified"
        columns={verifiedColumns}
        rows={layers}
        keyOf={({ layer }) => layer}
      />
    </>
  )
}

type VerifiedLayer = NonNullable<Verified['layers']>[number]

const verifiedColumns = [
  { title: 'Layer', cell: ({ layer }: VerifiedLayer) => layer },
  { title: 'Chains', isNumber: true, cell: ({ chains }: VerifiedLayer) => <Figure value={chains} /> },
  { title: 'Commits', isNumber: true, cell: ({ commits }: VerifiedLayer) => <Figure value={commits} /> },
  {
    title: 'In the archive',
    isNumber: true,
    cell: ({ archived }: VerifiedLayer) => <Figure value={archived} />,
  },
  {
    title: 'Manifests',
    isNumber: true,
    cell: ({ manifests }: VerifiedLayer) => <Figure value={manifests} />,
  },
  { title: 'Cells of gamma', isNumber: true, cell: ({ cells }: VerifiedLayer) => <Figure value={cells} /> },
]

const jobColumns = [
  { title: 'Job', cell: ({ kind }: Job) => kind },
  { title: 'Status', cell: ({ status }: Job) => status },
  { title: 'Asked', cell: ({ createdAt }: Job) => <When time={createdAt} /> },
  { title: 'Finished', cell: ({ finishedAt }: Job) => <When time={finishedAt} /> },
  {
    title: 'Came to',
    cell: ({ result }: Job) =>
      result === null ? <span class="none">–</span> : <code>{summary(result)}</code>,
  },
]

const summary = (result: object): string =>
  Object.entries(result)
    .filter(([, value]) => typeof value !== 'object')
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
