const header = /(?:^|;)\s*Root=1-([0-9a-f]{8})-([0-9a-f]{24})(?:;|$)/i

/**
 * The `traceparent` that says what X-Ray's tracing header says, so that both name a request alike: the trace id
 * is Root without `1-` and the hyphen, the span id is Parent (or `span` where there is none), and the flags are
 * Sampled. `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1` is
 * `00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01`. Undefined for anything else.
 *
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
export const traceparentOfXray = (text: string | undefined): string | undefined => {
  const [, epoch, random] = header.exec(text ?? '') ?? []
  if (text === undefined || epoch === undefined) return undefined
  const span = /(?:^|;)\s*Parent=([0-9a-f]{16})(?:;|$)/i.exec(text)?.[1] ?? rootSpan(random!)
  const flags = /(?:^|;)\s*Sampled=1(?:;|$)/.test(text) ? '01' : '00'
  return `00-${epoch}${random}-${span}-${flags}`.toLowerCase()
}

/** A header without a parent comes from a trace that begins here: any span id will do that is not zero. */
const rootSpan = (random: string): string =>
  /^0+$/.test(random.slice(0, 16)) ? '1'.repeat(16) : random.slice(0, 16)
