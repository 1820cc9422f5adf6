import { registerHooks } from 'node:module'
import { documentAt } from '../../functions/openapi-document.ts'

const head = `// Made by \`npm run build:api-types\` of the OpenAPI document of functions/: do not change it here.\n\n`

/** The types of the API as TypeScript, of the OpenAPI document that the code makes. */
export const generateApiTypes = async (): Promise<string> => {
  // the generator writes syntax trees with the compiler's JavaScript API, which TypeScript 7 no longer has
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier === 'typescript' ? '@typescript/typescript6' : specifier, context),
  })
  try {
    const { default: openapiTS, astToString } = await import('openapi-typescript')
    const document = structuredClone(documentAt('')) as never
    return (
      head + astToString(await openapiTS(document, { alphabetize: true, arrayLength: true, silent: true }))
    )
  } finally {
    hooks.deregister()
  }
}
