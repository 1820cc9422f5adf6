import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** GetSecretValue of Secrets Manager over the wire, on 127.0.0.1, for clients of the AWS SDK in this process. */
export interface SecretsServer {
  endpoint: string
  put(name: string, secret: object): void
  /** How often a secret was read. */
  reads(): number
  stop(): Promise<void>
}

const variables = ['AWS_ENDPOINT_URL_SECRETS_MANAGER', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const

/** While it runs, the environment of this process points the SDK there. */
export const startSecretsServer = async (): Promise<SecretsServer> => {
  const secrets = new Map<string, string>()
  let reads = 0
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { SecretId: name } = JSON.parse(Buffer.concat(chunks).toString())
    const secret = secrets.get(name)
    reads++
    const body =
      secret === undefined ? { __type: 'ResourceNotFoundException' } : { Name: name, SecretString: secret }
    response.writeHead(secret === undefined ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' })
    response.end(JSON.stringify(body))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const before = variables.map((name) => [name, process.env[name]] as const)
  const values = [endpoint, 'test', 'test']
  for (const [index, name] of variables.entries()) process.env[name] = values[index]
  return {
    endpoint,
    put: (name, secret) => secrets.set(name, JSON.stringify(secret)),
    reads: () => reads,
    stop: async () => {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name]
        else process.env[name] = value
      }
      server.closeAllConnections()
      await new Promise((stopped) => server.close(stopped))
    },
  }
}
