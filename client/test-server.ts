/** A fetch that answers from functions, keeps what it was asked, and streams what it is given. */
export const createTestServer = (answer: (url: URL, init: RequestInit) => Response | Promise<Response>) => {
  const asked: { url: URL; headers: Headers }[] = []
  const ownFetch = (async (input: string, init: RequestInit = {}) => {
    const url = new URL(input, 'http://page')
    asked.push({ url, headers: new Headers(init.headers) })
    return answer(url, init)
  }) as unknown as typeof fetch
  return { fetch: ownFetch, asked }
}

/** An answer whose body is written later; it breaks off when the request is cancelled. */
export const createBody = (signal: AbortSignal | null | undefined, type: string) => {
  let controller!: ReadableStreamDefaultController<Uint8Array>
  const stream = new ReadableStream<Uint8Array>({ start: (given) => void (controller = given) })
  const body = {
    isCancelled: false,
    write: (text: string) => controller.enqueue(new TextEncoder().encode(text)),
    end: () => controller.close(),
    answer: new Response(stream, { headers: { 'content-type': type } }),
  }
  signal?.addEventListener('abort', () => {
    body.isCancelled = true
    controller.error(signal.reason)
  })
  return body
}

export const problem = (status: number, detail: string) =>
  new Response(JSON.stringify({ title: 'No', detail }), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  })
