import type { AddressInfo } from 'node:net'
import { createConnection, createServer, type Server, type Socket } from 'node:net'

/** Stands between a client and a server on 127.0.0.1, so that a test can take the server away. */
export interface TcpProxy {
  port: number
  /** Drops all connections, and every new one at once. */
  cut(): void
  /**
   * Loses connections whose last request was for that path without a word to the client, as a router does with those of
   * a laptop that slept. The others are dropped; new ones work.
   */
  lose(path: string): void
  restore(): void
  /** Sockets that are open, on either side. */
  connections(): number
  stop(): Promise<void>
}

export const startTcpProxy = async (targetPort: number): Promise<TcpProxy> => {
  const sockets = new Set<Socket>()
  const pairs = new Set<(path: string) => void>()
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
    const end = () => client.destroy()
    let asked = ''
    client.on('data', (bytes) => {
      asked = bytes.toString('latin1').split(' ', 2)[1] ?? ''
    })
    const lose = (path: string) => {
      if (!asked.startsWith(path)) return void end()
      upstream.off('close', end).unpipe(client)
      client.unpipe(upstream).resume()
      upstream.destroy()
    }
    pairs.add(lose)
    client.on('close', () => {
      pairs.delete(lose)
      upstream.destroy()
    })
    upstream.on('close', end)
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
    lose: (path) => {
      for (const lose of pairs) lose(path)
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
