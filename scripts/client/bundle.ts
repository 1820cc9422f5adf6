import type { BuildOptions } from 'esbuild'

/** How the client becomes ESM for every platform: one file for each entry, and what they share in chunks. */
export const clientBundle = (root: string) =>
  ({
    entryPoints: ['index', 'react', 'binary'].map((name) => `${root}client/${name}.ts`),
    bundle: true,
    platform: 'neutral',
    target: 'es2022',
    format: 'esm',
    splitting: true,
    packages: 'external',
    minifySyntax: true,
    logLevel: 'silent',
  }) satisfies BuildOptions
