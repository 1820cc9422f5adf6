import './space.css'
import { useSignal } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Box } from '../../../../client/index.ts'
import { api } from '../../api.ts'
import { goTo, pathTo } from '../../router.ts'
import { addShortcuts } from '../../shell/shortcuts.ts'
import { EntitySearch } from '../../ui/entity-search.tsx'
import { Figure } from '../../ui/figure.tsx'
import { Problem } from '../../ui/problem.tsx'
import { useAsk } from '../../use-ask.ts'
import type { ViewProps } from '../../views.ts'
import { cubeOf } from './cells.ts'
import type { ColorMode } from './colors.ts'
import type { Rectangle } from './input.ts'
import { Legend } from './legend.tsx'
import { readMatches } from './matches.ts'
import { Overlays } from './overlays.tsx'
import { mostPastBodies, readPast } from './past.ts'
import { type Edge, Selection } from './selection.tsx'
import { TimeBar } from './time-bar.tsx'
import { useLive } from './use-live.ts'
import { useStage } from './use-stage.ts'

/** A world in three dimensions: now, or as of any moment of its history. */
const SpaceView = ({ world, query }: ViewProps) => {
  const chosen = query.get('select') ?? undefined
  const at = seqOf(query.get('asOf'))
  const asked = query.get('q') ?? undefined
  const [mode, setMode] = useState<ColorMode>('class')
  const [isBoxing, setBoxing] = useState(false)
  const [boxed, setBoxed] = useState<{ count: number; box: Box }>()
  const rectangle = useSignal<Rectangle | undefined>(undefined)
  const edges = useRef<readonly Edge[]>([])
  const place = (next: { select?: string | undefined; asOf?: number | undefined; q?: undefined }) =>
    goTo(pathTo(world, 'space', [], { select: chosen, asOf: at, q: asked, ...next }), { replace: true })
  const choose = (id: string | undefined) => place({ select: id })
  const { canvas, stage, error } = useStage({
    ...{ isBoxing, pick: choose },
    rectangle: (drawn) => (rectangle.value = drawn),
    box: (ids) => {
      setBoxing(false)
      setBoxed(ids.length === 0 ? undefined : { count: ids.length, box: boxAround(ids.map(positionOf)) })
    },
  })
  const positionOf = (id: string) => stage!.scene.bodies.body(stage!.scene.bodies.rowOf(id)!).position
  const info = useAsk((signal) => api().get('/worlds/{world}', { path: { world }, signal }), [world], {
    everyMs: 10_000,
  })
  const {
    live,
    box,
    error: liveError,
  } = useLive(stage, {
    ...{
      world,
      entityCount: useFirst(info.data?.entityCount),
      needsFields: mode !== 'class',
      isAway: at !== undefined,
    },
  })
  const past = useAsk(
    async (signal) => (at === undefined ? undefined : readPast(world, at, box, signal)),
    [world, at, at === undefined ? undefined : box],
  )
  useEffect(() => {
    if (past.data !== undefined) stage?.show(past.data.bodies)
  }, [stage, past.data])
  const matches = useAsk(
    async (signal) => (asked === undefined ? undefined : readMatches(world, asked, at, signal)),
    [world, asked, at],
  )
  useEffect(() => stage?.match(matches.data), [stage, matches.data])
  useEffect(() => stage?.color(mode), [stage, mode])
  useEffect(
    () =>
      addShortcuts([
        { key: 'b', what: 'Space: select a box', run: () => setBoxing((before) => !before) },
        { key: 'f', what: 'Space: show all', run: () => stage?.fit() },
      ]),
    [stage],
  )
  useEffect(() => {
    stage?.choose(chosen)
    if (chosen === undefined) drawEdges([])
  }, [stage, chosen])
  useEffect(() => stage?.scene.setFar((live?.far.value ?? []).map(farOf)), [stage, live?.far.value])
  const drawEdges = (list: readonly Edge[]) => {
    edges.current = list
    if (stage === undefined) return
    const { bodies } = stage.scene
    const rows = list.map(
      ({ sourceId, targetId }) => [bodies.rowOf(sourceId), bodies.rowOf(targetId)] as const,
    )
    const known = rows.filter(([a, b]) => a !== undefined && b !== undefined)
    stage.scene.setLines(known.map(([a, b]) => [...bodies.body(a!).position, ...bodies.body(b!).position]))
    stage.invalidate()
  }
  const count = stage?.count.value
  // their ends move, and come later than they do
  useEffect(
    () => live?.sync.onChange(() => edges.current.length > 0 && drawEdges(edges.current)),
    [live, stage],
  )
  useEffect(() => drawEdges(edges.current), [count])
  const flyTo = () => {
    const row = chosen === undefined ? undefined : stage?.scene.bodies.rowOf(chosen)
    if (row !== undefined)
      stage!.flyTo(stage!.scene.bodies.drawnAt(row, performance.now(), stage!.scene.moveMs))
  }
  const find = async (id: string) => {
    choose(id)
    const row = stage?.scene.bodies.rowOf(id)
    const known = row === undefined ? undefined : stage!.scene.bodies.body(row).position
    stage?.flyTo(
      known ?? (await api().get('/worlds/{world}/entities/{id}', { path: { world, id } })).position,
    )
  }
  const isEmpty = info.data?.entityCount === 0
  return (
    <div class="space">
      <h1 class="visually-hidden">Space of {world}</h1>
      <div class="space-tools row">
        <EntitySearch world={world} choose={(id) => void find(id)} />
        <label class="field-inline">
          Colour{' '}
          <select value={mode} onChange={({ currentTarget }) => setMode(currentTarget.value as ColorMode)}>
            <option value="class">class</option>
            <option value="activity">activity</option>
            <option value="flux">flux position</option>
          </select>
        </label>
        {stage && info.data && <Overlays world={world} stage={stage} settings={info.data.settings} />}
        <button type="button" aria-pressed={isBoxing} onClick={() => setBoxing(!isBoxing)}>
          Select a box
        </button>
        <button type="button" onClick={() => stage?.fit()}>
          Show all
        </button>
        <button
          type="button"
          aria-pressed={stage?.up.value === 'z'}
          onClick={() => stage?.turnUp()}
          title="Which axis is up"
        >
          {stage?.up.value ?? 'y'} up
        </button>
      </div>
      <div class="space-stage">
        {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: it takes keys of its own, as its label says */}
        <canvas
          ref={canvas}
          tabIndex={0}
          aria-label={`${count ?? 0} bodies of ${world} in space. Arrows turn, with shift they move; plus and minus zoom; Home shows all; Enter chooses what is in the middle.`}
          role="application"
        />
        {rectangle.value && <Frame {...rectangle.value} />}
        <div class="space-notes">
          {error !== undefined && (
            <p class="problem" role="alert">
              This browser cannot draw in 3D (WebGL 2). The Query view has everything as a table.
            </p>
          )}
          {(info.error ?? liveError ?? past.error) !== undefined && (
            <Problem error={info.error ?? liveError ?? past.error} onRetry={info.reload} />
          )}
          {live?.status.value.error && (
            <p class="problem" role="alert">
              {live.status.value.error.message}
            </p>
          )}
          {isEmpty && <p class="notice">There is nothing in this world.</p>}
          {past.data?.isCut && (
            <p class="note">
              Of that moment the first {mostPastBodies.toLocaleString('en')} bodies are shown.
            </p>
          )}
          {asked !== undefined && (
            <p class="note">
              <span data-testid="matches">
                <Figure value={matches.data?.size} />
              </span>{' '}
              of the query <code>{asked}</code>{' '}
              <button type="button" class="link" onClick={() => place({ q: undefined })}>
                All
              </button>
            </p>
          )}
          {matches.error !== undefined && <Problem error={matches.error} />}
          {box && (
            <p class="note">
              A large world: what is near is shown by itself, what is far as one ball for each cell.
            </p>
          )}
        </div>
        {stage && (
          <Legend
            stage={stage}
            state={at === undefined ? live?.status.value.state : 'past'}
            total={info.data?.entityCount}
          />
        )}
      </div>
      <aside class="space-side" aria-label="What is chosen">
        {boxed && (
          <section class="panel">
            <h2>Box</h2>
            <p>
              <Figure value={boxed.count} /> bodies.{' '}
              <a href={pathTo(world, 'query', [], { q: boxQuery(boxed.box), asOf: at })}>Open as a query</a>
            </p>
            <code>{boxQuery(boxed.box)}</code>
          </section>
        )}
        {chosen !== undefined && (
          <Selection world={world} id={chosen} asOf={at} choose={choose} onEdges={drawEdges} flyTo={flyTo} />
        )}
      </aside>
      <TimeBar
        world={world}
        at={at}
        isReady={at === undefined || past.data?.seq === at}
        go={(asOf) => place({ asOf })}
      />
    </div>
  )
}

export default SpaceView

const seqOf = (text: string | null): number | undefined =>
  text !== null && /^\d+$/.test(text) ? Number(text) : undefined

/** The count by which it was decided what of a world is held: one that grows meanwhile is not begun anew. */
const useFirst = <T,>(value: T | undefined): T | undefined => {
  const first = useRef(value)
  first.current ??= value
  return first.current
}

const Frame = ({ x0, y0, x1, y1 }: Rectangle) => (
  <div
    class="space-frame"
    style={{ left: `${x0}px`, top: `${y0}px`, width: `${x1 - x0}px`, height: `${y1 - y0}px` }}
  />
)

const boxAround = (positions: readonly (readonly number[])[]): Box => {
  const low = (axis: number) => Math.min(...positions.map((position) => position[axis]!))
  const high = (axis: number) => Math.max(...positions.map((position) => position[axis]!))
  return [low(0), low(1), low(2), high(0), high(1), high(2)]
}

const boxQuery = (box: Box): string => `in box(${box.slice(0, 3).join(', ')}, ${box.slice(3).join(', ')})`

const farOf = (cell: Record<string, unknown>) => ({
  ...cubeOf(cell.region as string),
  count: cell.count as number,
  heat: Math.min(1, cell.activityMean as number),
})
