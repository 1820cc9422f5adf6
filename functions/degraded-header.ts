/** Of an answer about entities of a world that may not be as its chronicles tell. */
export const degradedHeader = ({ degraded }: { degraded: boolean }): Record<string, string> =>
  degraded ? { 'x-orrery-degraded': 'chronicle' } : {}
