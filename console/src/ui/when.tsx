/** A moment in the reader's own time; the exact one stands in `datetime` and title. */
export const When = ({ time }: { time: string | null | undefined }) =>
  time ? (
    <time dateTime={time} title={time}>
      {new Date(time).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })}
    </time>
  ) : (
    <span class="none">–</span>
  )
