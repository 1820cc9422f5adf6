import * as z from 'zod'
import { type ApiCaller, ApiProblem, ask, path } from './api-caller.ts'
import { namedWorld } from './fields.ts'
import { refuseArguments, type ToolContext } from './tool.ts'

/** Arguments of every tool that writes. */
export const landingFields = {
  fork: namedWorld(
    'Write to this fork of the world; it is made if it does not exist and you may. Default: one of yours for today',
  ).optional(),
  inPlace: z
    .boolean('must be true or false')
    .default(false)
    .meta({ description: 'Write to the world itself instead of a fork. Only when you were told to' }),
}

interface LandingArguments {
  world: string
  fork?: string | undefined
  inPlace: boolean
}

/** Where a write goes. */
export interface Landing {
  world: string
  /** The world that is not touched; undefined where the write goes to the world itself. */
  forkOf: string | undefined
  /** It was made for this write. */
  isNew: boolean
}

/**
 * The world that a write goes to: a fork, made by its first write, unless the caller says `inPlace`. A fork is made
 * with the caller's own right, world:admin.
 *
 * @throws ApiProblem where there is no such fork and the caller may not make one, or the name is of another world.
 */
export const chooseLanding = async (context: ToolContext, args: LandingArguments): Promise<Landing> => {
  const { world, fork, inPlace } = args
  if (inPlace && fork !== undefined)
    throw refuseArguments([{ field: 'fork', message: 'must not be given together with inPlace' }])
  if (inPlace) return { world, forkOf: undefined, isNew: false }
  const name = fork ?? forkName(world, context.caller, context.now())
  if (await isForkOf(context.api, name, world)) return { world: name, forkOf: world, isNew: false }
  const isNew = await makeFork(context.api, world, name)
  return { world: name, forkOf: world, isNew }
}

/** Of a caller and a day (UTC). */
export const forkName = (world: string, caller: string, now: Date): string =>
  // a name has 256 characters at most; worlds that are cut alike are told apart by the check of the parent
  `${Array.from(world).slice(0, 100).join('')}~${caller}~${now.toISOString().slice(0, 10)}`

/** False: there is no world of that name. @throws ApiProblem where it is another world's fork, or none. */
const isForkOf = async (api: ApiCaller, name: string, world: string): Promise<boolean> => {
  const found = await findWorld(api, name)
  if (found === undefined) return false
  const parent = found.parent as { name: string } | null
  if (parent?.name === world) return true
  const what = parent === null ? 'a world of its own' : `a fork of '${parent.name}'`
  throw refuseArguments([
    { field: 'fork', message: `'${name}' is ${what}, not a fork of '${world}'; name another one` },
  ])
}

const findWorld = (api: ApiCaller, name: string) =>
  ask(api, { method: 'GET', path: path`/worlds/${name}` }).catch((error: unknown) => {
    if (error instanceof ApiProblem && error.problem.status === 404) return undefined
    throw error
  })

/** False: somebody else made it meanwhile. */
const makeFork = async (api: ApiCaller, world: string, name: string): Promise<boolean> => {
  try {
    await ask(api, { method: 'POST', path: '/admin/fork', body: { world, name } })
    return true
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error
    const { problem } = error
    if (problem.status === 409 && (await isForkOf(api, name, world))) return false
    if (problem.status !== 403) throw error
    const detail = `Writes land in a fork, and there is no fork '${name}' of '${world}' yet. Making one needs the scope world:admin, which your token lacks. Ask somebody who may to make it (the tool make_fork, or POST /admin/fork), then name it by the argument fork. ${problem.detail}`
    throw new ApiProblem({ ...problem, title: 'A fork is needed', detail })
  }
}
