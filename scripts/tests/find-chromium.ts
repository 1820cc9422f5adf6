import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

class ChromiumMissing extends Error {
  readonly code = 'chromium-missing'
}

const programs = ['chromium', 'chromium-browser', 'google-chrome']

/**
 * The browser that `CHROMIUM` names, or the first one on the PATH.
 *
 * @throws ChromiumMissing that says what to install, or what is wrong with `CHROMIUM`
 */
export const findChromium = ({ CHROMIUM = '', PATH = '' }: NodeJS.ProcessEnv): string => {
  if (CHROMIUM !== '') {
    if (isProgram(CHROMIUM)) return CHROMIUM
    throw new ChromiumMissing(`CHROMIUM is ${CHROMIUM}, and no program is there. Give the path of one.`)
  }
  const folders = PATH.split(delimiter).filter((folder) => folder !== '')
  const paths = programs.flatMap((program) => folders.map((folder) => join(folder, program)))
  const found = paths.find(isProgram)
  if (found !== undefined) return found
  throw new ChromiumMissing(
    'Chromium is not here. On Debian: apt-get install chromium. ' +
      `Elsewhere put ${programs.join(', ')} on the PATH, or its path into CHROMIUM.`,
  )
}

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
