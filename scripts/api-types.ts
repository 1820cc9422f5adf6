import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { generateApiTypes } from './api-types/generate.ts'

/** Writes the types of the API for the client's `createApi`. */
await writeFile(fileURLToPath(new URL('../client/api-types.ts', import.meta.url)), await generateApiTypes())
