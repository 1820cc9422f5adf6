/** Reads lines of UTF-8 that end with LF, cut anywhere; `end` answers what has no end, or null. */
export const createLineReader = () => {
  const decoder = new TextDecoder()
  let rest = ''
  return {
    push(bytes: Uint8Array): string[] {
      const lines = decoder.decode(bytes, { stream: true }).split('\n')
      lines[0] = rest + lines[0]!
      rest = lines.pop()!
      return lines
    },
    end(): string | null {
      rest += decoder.decode()
      return rest === '' ? null : rest
    },
  }
}
