/** Asks what made a value so. */
export const ExplainButton = ({ field, explain }: { field: string; explain(field: string): void }) => (
  <button
    type="button"
    class="why"
    aria-label={`why? ${field}`}
    title={`What made ${field} so?`}
    onClick={() => explain(field)}
  >
    why?
  </button>
)
