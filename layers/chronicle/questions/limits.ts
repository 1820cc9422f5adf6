/** Of questions. */
export const questionLimits = {
  /** Entities, edges and events of one page or answer. */
  page: 1_000,
  /** Entities of one name that are looked at. */
  namesakes: 10,
  /** Edges of one entity that are looked at. */
  edges: 10_000,
  /** Facts of each edge in a graph of relationships: the last ones. */
  factsOfEdge: 20,
  /** Edges with their facts of one page. */
  graphEdges: 200,
  itemEffects: 10_000,
  /** Events that are derived at once where the projection cannot be asked. */
  derivedEvents: 50_000,
  /** Events that one consistency check reads. */
  checkedEvents: 20_000,
} as const
