import { useEffect, useState } from 'preact/hooks'

/** A value once it has stayed the same for so long: what is typed, before it is asked for. */
export const useSettled = <T>(value: T, ms: number): T => {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return settled
}
