import { fileURLToPath } from 'node:url'
import { writeClient } from './client/write.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Makes `client/dist`, which is what is published. */
await writeClient(root, `${root}client/dist`)
