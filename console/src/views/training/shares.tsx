interface Share {
  label: string
  /** 0 to 1. */
  share: number
}

const [width, bar, left] = [320, 18, 84]

/** Shares as bars; the numbers beside them say the same. */
export const Shares = ({ title, shares }: { title: string; shares: readonly Share[] }) => (
  <svg class="shares" viewBox={`0 0 ${width} ${shares.length * bar}`} role="img" aria-label={title}>
    {shares.map(({ label, share }, n) => (
      <g key={label} transform={`translate(0 ${n * bar})`}>
        <text x={left - 6} y={12} text-anchor="end">
          {label}
        </text>
        <rect class="whole" x={left} y={3} width={180} height={bar - 6} />
        <rect x={left} y={3} width={180 * share} height={bar - 6} />
        <text x={left + 186} y={12}>
          {(100 * share).toFixed(1)} %
        </text>
      </g>
    ))}
  </svg>
)
