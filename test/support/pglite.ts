import { type AddressInfo, createServer, type Socket } from 'node:net'
import { PGlite } from '@electric-sql/pglite'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { vector } from '@electric-sql/pglite-pgvector'

/** PostgreSQL with pgvector in this process. It has one session: one connection at a time. */
export interface PgliteServer {
  /** Of its superuser. */
  url: string
  stop(): Promise<void>
}

/** 80877103: the client asks for TLS, https://www.postgresql.org/docs/current/protocol-message-formats.html */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

/** Starts PGlite, and speaks PostgreSQL's protocol for it on a free port of 127.0.0.1. */
export const startPglite = async (): Promise<PgliteServer> => {
  const database = await PGlite.create({ extensions: { vector, pg_trgm } })
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    let answered = Promise.resolve()
    socket.on('data', (chunk) => {
      answered = answered.then(() => answer(database, socket, chunk)).catch(() => void socket.destroy())
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `postgresql://postgres:postgres@127.0.0.1:${(server.address() as AddressInfo).port}/postgres`,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((closed) => server.close(closed))
      await database.close()
    },
  }
}

const answer = async (database: PGlite, socket: Socket, chunk: Buffer): Promise<void> => {
  if (chunk.equals(sslRequest)) return void socket.write('N')
  socket.write(await database.execProtocolRaw(chunk))
}
