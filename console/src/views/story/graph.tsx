import { circleOf } from './circle-layout.ts'
import type { Edge, Node } from './relationships.tsx'

const radius = 150
const named = 40

/** The graph as a circle; the table below says the same in words. */
export const Graph = ({ nodes, edges }: { nodes: readonly Node[]; edges: readonly Edge[] }) => {
  const places = circleOf(nodes.map(({ id }) => id))
  const at = (id: string) => {
    const { x, y } = places.get(id) ?? { x: 0, y: 0 }
    return { x: x * radius, y: y * radius }
  }
  const strongest = Math.max(1e-9, ...edges.map(({ strength }) => Math.abs(strength)))
  return (
    <svg class="graph" viewBox="-290 -190 580 380" role="img" aria-label="Relationships as a graph">
      {edges.map(({ sourceId, targetId, type, strength }) => {
        const [a, b] = [at(sourceId), at(targetId)]
        const share = Math.abs(strength) / strongest
        return (
          <path
            key={`${sourceId} ${type} ${targetId}`}
            class={strength < 0 ? 'against' : ''}
            d={`M${a.x} ${a.y} Q0 0 ${b.x} ${b.y}`}
            stroke-width={0.5 + 2 * share}
            opacity={0.25 + 0.6 * share}
          >
            <title>
              {sourceId} {type} {targetId}: {strength}
            </title>
          </path>
        )
      })}
      {nodes.map(({ id, name }) => {
        const { x, y } = at(id)
        return (
          <g key={id}>
            <circle cx={x} cy={y} r={4}>
              <title>{name ?? id}</title>
            </circle>
            {nodes.length <= named && (
              <text x={x * 1.06} y={y * 1.06 + 4} text-anchor={x < -1 ? 'end' : x > 1 ? 'start' : 'middle'}>
                {shortened(name ?? id)}
              </text>
            )}
          </g>
        )
      })}
    </svg>
  )
}

const shortened = (name: string): string => (name.length > 20 ? `${name.slice(0, 19)}…` : name)
