import type { AddressInfo } from 'node:net'
import { createConnection, createServer, type Server, type Socket } from 'node:net'

/** Stands between a client and a server on 127.0.0.1, so that a test can take the server away. */
export interface TcpProxy {
  port: number
  /** Drops all connections, and every new one at once. */
  cut(): void
  restore(): void
  /** Sockets that are open, on either side. */
  connections(): number
  stop(): Promise<void>
}

export const startTcpProxy = async (targetPort: number): Promise<TcpProxy> => {
  const sockets = new Set<Socket>()
  let isCut = false
  const track = (socket: Socket): Socket => {
    sockets.add(socket)
    return socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  }
  const server: Server = createServer((client) => {
    track(client)
    if (isCut) return void client.destroy()
    const upstream = track(createConnection(targetPort, '127.0.0.1'))
    client.pipe(upstream).pipe(client)
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const dropAll = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      isCut = true
      dropAll()
    },
    restore: () => {
      isCut = false
    },
    connections: () => sockets.size,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped())
        dropAll()
      }),
  }
}

/** The same URL by way of the proxy. */
export const through = (url: string, proxy: TcpProxy): string => {
  const proxied = new URL(url)
  proxied.port = String(proxy.port)
  return proxied.href
}
