import type { Scope } from '#platform/auth/principal'
import type { Route } from '#platform/http/route'

/** What a token must allow; a public route asks for no token. */
export type RouteScope = Scope | 'public'

/**
 * Who may call which route, by operation id: every route of the API and nothing else. A scope allows its own routes
 * only: world:admin without world:read reads nothing but the audit log and the jobs of the ledger. No route asks for
 * world:sensitive: see functions/sealed-answers.ts.
 */
const routeScopes: Record<string, RouteScope> = {
  ingestEntity: 'world:write',
  ingestConnection: 'world:write',
  ingestParameter: 'world:write',
  ingestBatch: 'world:write',
  takeSnapshot: 'world:write',
  ingestStatistics: 'world:read',
  listSnapshots: 'world:read',
  getSnapshot: 'world:read',
  createEpoch: 'world:write',
  listEpochs: 'world:read',
  searchEpochs: 'world:read',
  getEpoch: 'world:read',
  consolidateEpochs: 'world:write',
  listSamples: 'world:read',
  listFluxEntities: 'world:read',
  createDataset: 'world:write',
  listDatasets: 'world:read',
  getDataset: 'world:read',
  getDatasetFile: 'world:read',
  stopDataset: 'world:write',

  // with settings; a world with none of its own is made by its first write
  createWorld: 'world:admin',
  listWorlds: 'world:read',
  getWorld: 'world:read',
  changeSettings: 'world:admin',
  forkWorld: 'world:admin',
  promoteFork: 'world:admin',
  diffWorlds: 'world:read',
  listMoments: 'world:read',

  listEntities: 'world:read',
  getEntity: 'world:read',
  getEntityHistory: 'world:read',
  explainValue: 'world:read',
  deleteEntity: 'world:write',
  moveEntity: 'world:write',
  putEntity: 'world:write',
  registerComponentType: 'world:admin',
  listComponentTypes: 'world:read',
  getComponent: 'world:read',
  setComponent: 'world:write',
  mergeComponent: 'world:write',
  removeComponent: 'world:write',
  writeComponents: 'world:write',
  rotateSealingKey: 'world:admin',
  listRelationships: 'world:read',
  deleteRelationship: 'world:write',
  getHierarchy: 'world:read',

  queryWorld: 'world:read',
  listSavedQueries: 'world:read',
  getSavedQuery: 'world:read',
  putSavedQuery: 'world:write',
  deleteSavedQuery: 'world:write',

  initWorld: 'world:read',
  listTickSnapshots: 'world:read',
  streamEvents: 'world:read',

  near: 'world:read',
  nearIn: 'world:read',
  box: 'world:read',
  ray: 'world:read',
  listRegions: 'world:read',
  listRegionBodies: 'world:read',
  getPhysics: 'world:read',
  pausePhysics: 'world:admin',
  resumePhysics: 'world:admin',
  stepPhysics: 'world:admin',

  postTicks: 'world:write',
  currentGamma: 'world:read',
  gammaOfCommit: 'world:read',
  getCommit: 'world:read',
  listCommits: 'world:read',
  getLedgerStatus: 'world:read',
  forceCommit: 'world:admin',
  pauseLedger: 'world:admin',
  resumeLedger: 'world:admin',
  archiveLedger: 'world:admin',
  restoreLedger: 'world:admin',
  replayLedger: 'world:admin',
  verifyLedger: 'world:admin',
  getLedgerJob: 'world:admin',
  listLedgerJobs: 'world:admin',
  requestErasure: 'world:admin',
  getErasure: 'world:admin',
  commandEntity: 'world:write',
  getEntityState: 'world:read',

  createChronicle: 'world:write',
  listChronicles: 'world:read',
  getChronicle: 'world:read',
  recordChronicleEvents: 'world:write',
  listChronicleEvents: 'world:read',
  getChronicleEvent: 'world:read',
  getChronicleEventHistory: 'world:read',
  changeChronicleEvent: 'world:write',
  retractChronicleEvent: 'world:write',
  getChronicleEventCauses: 'world:read',
  getChronicleRules: 'world:read',
  putChronicleRules: 'world:admin',
  getChronicleProjection: 'world:read',
  mergeChronicleEntities: 'world:write',
  splitChronicleEntity: 'world:write',

  // to connect and see what there is; each tool then needs the scopes of the routes that it asks
  mcp: 'world:read',
  askCharactersAtPlace: 'world:read',
  askRelationshipChanges: 'world:read',
  askItemHolders: 'world:read',
  askWhatHappened: 'world:read',
  askPresentAt: 'world:read',
  askWithinOfEvent: 'world:read',
  listChronicleEntities: 'world:read',
  getChronicleRelationships: 'world:read',
  checkChronicleConsistency: 'world:read',
  getEntityTimeline: 'world:read',
  askContext: 'world:read',

  getWorldHealth: 'world:read',
  getCosts: 'world:admin',
  listDeadLetters: 'world:admin',
  replayDeadLetters: 'world:admin',
  discardDeadLetters: 'world:admin',
  getRequest: 'world:read',
  listAudit: 'world:admin',
  // it asks the database, and so wakes one that sleeps: whoever may do that for nothing keeps it awake for money
  health: 'world:read',
  openApi: 'public',
}

/** @throws Error for an operation that is not in the table. */
export const scopeOf = (operationId: string): RouteScope => {
  if (!Object.hasOwn(routeScopes, operationId))
    throw new Error(`functions/route-scopes.ts lacks the scope of ${operationId}`)
  return routeScopes[operationId]!
}

/** @throws Error where the table and the routes of the whole API do not match. */
export const checkRouteScopes = (routes: Pick<Route<never>, 'operationId'>[]): void => {
  const operations = new Set(routes.map(({ operationId }) => operationId))
  for (const operationId of operations) scopeOf(operationId)
  const superfluous = Object.keys(routeScopes).filter((operationId) => !operations.has(operationId))
  if (superfluous.length > 0)
    throw new Error(`functions/route-scopes.ts names ${superfluous.join(', ')}, which no route has`)
}
