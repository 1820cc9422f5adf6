import type { Plugin } from 'esbuild'

interface LeftOut {
  /** As it is imported. */
  path: RegExp
  /** Of whoever imports it. */
  importer?: RegExp
  contents: string
}

const missing = (what: string): string => `throw new Error(${JSON.stringify(`${what} is not bundled`)})`

/** What dependencies load for cases that never arise here: 240 KB of the bundle of migrate, 60 of every other one. */
const leftOut: LeftOut[] = [
  // node-pg-migrate's compiler of migrations in TypeScript; ours are SQL
  {
    path: /^jiti$/,
    contents: `export const createJiti = () => ({ import: async () => { ${missing('jiti')} } })`,
  },
  // the SDK's, to name the browser that it runs in
  { path: /^bowser$/, contents: missing('bowser') },
  // the SDK's, for operations that stream events; none of ours does, but the clients of S3, Bedrock and Lambda set them up when they
  // are made
  {
    path: /^@smithy\/core\/event-streams$/,
    importer:
      /^(?!.*[\\/](client-s3|client-bedrock-runtime|client-lambda|eventstream-handler-node|middleware-eventstream|middleware-websocket)[\\/])/,
    contents: missing('event streams'),
  },
  // pg's other client, in C
  { path: /^\.\/native$/, importer: /[\\/]pg[\\/]lib[\\/]/, contents: missing('pg-native') },
]

const namespace = 'left-out'

export const leaveOut: Plugin = {
  name: namespace,
  setup: ({ onResolve, onLoad }) => {
    for (const [index, { path, importer }] of leftOut.entries())
      onResolve({ filter: path }, (found) =>
        importer?.test(found.importer) === false ? undefined : { path: String(index), namespace },
      )
    onLoad({ filter: /.*/, namespace }, ({ path }) => ({ contents: leftOut[Number(path)]!.contents }))
  },
}
