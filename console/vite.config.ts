import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** Of `npm run build:console`; what it makes is served by npm start, and by CloudFront. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    // a page with a strict content policy takes no styles and scripts of its own address as data
    assetsInlineLimit: 0,
    // three.js, which is loaded with the first view of space alone
    chunkSizeWarningLimit: 900,
    manifest: 'build-manifest.json',
  },
})
