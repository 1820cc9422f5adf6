import { useEffect, useRef, useState } from 'preact/hooks'
import { colorVersion } from '../../shell/theme.ts'
import { attachInput, type InputListener } from './input.ts'
import { createStage, type Stage } from './stage.ts'

/** A canvas with a stage on it, as large as its box. `error`: the browser cannot draw in 3D. */
export const useStage = (listener: InputListener) => {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [stage, setStage] = useState<Stage>()
  const [error, setError] = useState<unknown>()
  const latest = useRef(listener)
  latest.current = listener
  useEffect(() => {
    const element = canvas.current!
    let made: Stage
    try {
      made = createStage(element)
    } catch (fault) {
      setError(fault)
      return
    }
    const box = element.parentElement!
    const watch = new ResizeObserver(() => made.resize(box.clientWidth, box.clientHeight))
    watch.observe(box)
    const detach = attachInput(element, made, () => latest.current)
    setStage(made)
    return () => {
      detach()
      watch.disconnect()
      made.dispose()
    }
  }, [])
  const version = colorVersion.value
  useEffect(() => stage?.restyle(), [stage, version])
  return { canvas, stage, error }
}
