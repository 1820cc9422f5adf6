/** A number that the API told, for people and, in `value`, as it came. */
export const Figure = ({
  value,
  unit,
  digits,
}: {
  value: number | null | undefined
  unit?: string
  digits?: number
}) => {
  if (value === null || value === undefined) return <span class="none">–</span>
  return (
    <data class="figure" value={String(value)}>
      {formatNumber(value, digits)}
      {unit && <span class="unit"> {unit}</span>}
    </data>
  )
}

/** Whole numbers whole; others with four significant digits, or so many after the point. */
const formatNumber = (value: number, digits?: number): string => {
  if (digits !== undefined)
    return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return Number.isInteger(value)
    ? value.toLocaleString('en')
    : value.toLocaleString('en', { maximumSignificantDigits: 4 })
}
