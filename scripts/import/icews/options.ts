import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { UsageError } from '../../local/options.ts'

export interface IcewsFiles {
  events: string
  entities: string
  relations: string
}

export interface IcewsOptions extends IcewsFiles {
  chronicle: string
  /** Of the order in which the events are sent; undefined: that of the file. */
  shuffle: number | undefined
}

export interface IcewsValues {
  entities?: string | undefined
  relations?: string | undefined
  chronicle?: string | undefined
  shuffle?: string | undefined
}

/**
 * @param file the events' file, or the folder that has it as events.txt; undefined: in `folder`, which is ORRERY_ICEWS
 *   of the environment
 * @throws UsageError
 */
export const parseIcewsOptions = (
  file: string | undefined,
  { entities, relations, chronicle = 'icews', shuffle }: IcewsValues,
  folder: string | undefined,
): IcewsOptions => {
  const isFolder = file !== undefined && (statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false)
  const within = isFolder ? file : folder
  const events = isFolder || file === undefined ? within && join(within, 'events.txt') : file
  if (!events)
    throw new UsageError(
      'Give the file of the events or its folder (icews FILE), or its folder as ORRERY_ICEWS',
    )
  if (chronicle === '') throw new UsageError('--chronicle takes the id of a chronicle')
  if (shuffle !== undefined && !/^\d{1,9}$/.test(shuffle))
    throw new UsageError(`--shuffle takes a number below a billion, not ${JSON.stringify(shuffle)}`)
  const beside = (name: string) => join(dirname(events), name)
  return {
    ...{ events, chronicle },
    entities: entities ?? beside('entity2id.txt'),
    relations: relations ?? beside('relation2id.txt'),
    shuffle: shuffle === undefined ? undefined : Number(shuffle),
  }
}
