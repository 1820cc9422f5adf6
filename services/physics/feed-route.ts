import type { IncomingMessage, ServerResponse } from 'node:http'
import type { PhysicsHttpContext } from './http-context.ts'
import type { Follower } from './live-feed.ts'

const path = /^\/worlds\/([0-9a-f-]{36})\/feed\?after=(\d{1,15})$/

/** GET /worlds/{worldId}/feed?after={tick}: messages of layers/sync/live-codec.ts, until either side ends it. */
export const isForFeed = ({ method, url = '' }: IncomingMessage): boolean =>
  method === 'GET' && path.test(url)

export const serveFeed = (
  context: Pick<PhysicsHttpContext, 'find'>,
  { url = '' }: IncomingMessage,
  response: ServerResponse,
): void => {
  const [, worldId, after] = path.exec(url)!
  const world = context.find(worldId!)
  if (world === undefined || world === 'starting') {
    response.writeHead(world === undefined ? 404 : 503).end()
    return
  }
  response.writeHead(200, { 'content-type': 'application/octet-stream' })
  // the head goes out before there is anything to tell
  response.flushHeaders()
  const follower: Follower = {
    afterTick: Number(after),
    send: (message) => (response.write(message) ? Promise.resolve() : drained(response)),
  }
  response.on('close', () => world.unfollow(follower))
  void world.ended.then(() => response.destroy())
  world.follow(follower)
}

const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve, reject) => {
    const settle = () => {
      response.off('drain', settle)
      response.off('close', settle)
      if (response.destroyed) reject(new Error('the follower has gone'))
      else resolve()
    }
    response.on('drain', settle)
    response.on('close', settle)
  })
