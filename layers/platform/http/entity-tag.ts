/** Whether a header If-None-Match names this entity tag (RFC 9110, 13.1.2): what it names has not changed since. */
export const hasEntityTag = (ifNoneMatch: string | undefined, tag: string): boolean =>
  (ifNoneMatch ?? '')
    .split(',')
    .map((one) => one.trim())
    // a proxy that compressed an answer may have made its tag weak
    .some((one) => one === '*' || one.replace(/^W\//, '') === tag)
