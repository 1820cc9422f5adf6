// Made by `npm run build:api-types` of the OpenAPI document of functions/: do not change it here.

export interface paths {
    "/admin/erasures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Erases an entity, or all of the tenant, everywhere, archives included */
        post: operations["requestErasure"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/erasures/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far an erasure is, and when it is done its certificate */
        get: operations["getErasure"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/fork": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a world with the state, the bodies and the ledger that another one had at a seq or a commit */
        post: operations["forkWorld"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/ledger/archive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Moves the entries of old commits of a layer to the archive, sooner than its policy does */
        post: operations["archiveLedger"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/ledger/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Jobs of the ledger, newest first */
        get: operations["listLedgerJobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/ledger/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What became of a job of the ledger */
        get: operations["getLedgerJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/ledger/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stops the commits of a layer; what it has to take waits, and so does every layer above */
        post: operations["pauseLedger"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/ledger/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Computes commits of a chain again from what they were made of, and compares the hashes */
        post: operations["replayLedger"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/ledger/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Brings the entries of archived commits back, checked against their hashes */
        post: operations["restoreLedger"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/ledger/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Goes on with the commits of a layer */
        post: operations["resumeLedger"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/ledger/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Checks every commit of a world against its hash and its chain, manifests, sums and gamma */
        post: operations["verifyLedger"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chronicles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Chronicles of a world in order of id */
        get: operations["listChronicles"];
        put?: never;
        /** Makes a chronicle, or names one that its first events made; the same again changes nothing */
        post: operations["createChronicle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chronicles/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A chronicle */
        get: operations["getChronicle"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chronicles/{id}/ask-context": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a language model should know to answer a question about a story, within a budget of tokens */
        post: operations["askContext"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chronicles/{id}/consistency": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a chronicle says that cannot be so, with the events that contradict each other */
        get: operations["checkChronicleConsistency"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chronicles/{id}/entities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whoever acts in a chronicle and how they stand, now or as of a seq, in order of id */
        get: operations["listChronicleEntities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chronicles/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Events in order of the story’s time, filtered; without those that are retracted */
        get: operations["listChronicleEvents"];
        put?: never;
        /** Records one event, a batch of up to 5,000, or JSON lines of up to 10,000: all of them or none */
        post: operations["recordChronicleEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chronicles/{id}/events/{eventId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An event, now or as of a seq; one that was retracted says so */
        get: operations["getChronicleEvent"];
        /** Makes an event exactly this: its next version; what it was stays in its history */
        put: operations["changeChronicleEvent"];
        post?: never;
        /** Retracts an event: it counts as never told, and its id is not free again; its history stays */
        delete: operations["retractChronicleEvent"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chronicles/{id}/events/{eventId}/causes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What led to an event, or what it led to: an edge is there where either end names the other */
        get: operations["getChronicleEventCauses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chronicles/{id}/events/{eventId}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What an event was told to be, from its first version on */
        get: operations["getChronicleEventHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chronicles/{id}/relationships": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What whoever acts in a chronicle has with others: a graph, with the events that explain each edge */
        get: operations["getChronicleRelationships"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chronicles/entities/merge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says that two entities of the chronicles are one: whoever is `from` in an event is `into` */
        post: operations["mergeChronicleEntities"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chronicles/entities/split": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says that it was not `entityId` in these events, but `newEntityId` */
        post: operations["splitChronicleEntity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chronicles/projection": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far the entities of a world follow its chronicles, and what stands against it */
        get: operations["getChronicleProjection"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chronicles/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the actions of a world’s chronicle events do to its entities */
        get: operations["getChronicleRules"];
        /** Gives a world rules of its own, in place of all that it had; what its chronicles come to is then derived anew */
        put: operations["putChronicleRules"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/entities/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is told of an entity, in the order of the story, and what else the log did to it, in order of seq */
        get: operations["getEntityTimeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/questions/characters-at-place": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Characters at a place who trust somebody, or whom somebody trusts, over a bound; strongest first */
        get: operations["askCharactersAtPlace"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/questions/item-holders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who has held an item, from when to when in the story */
        get: operations["askItemHolders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/questions/present-at": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who was present at an event, how they stand, and what they have between them */
        get: operations["askPresentAt"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/questions/relationship-changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What changed what two have between them, either way, in the order of the story */
        get: operations["askRelationshipChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/questions/what-happened": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happened to an entity, in the order of the story, and how and where it is */
        get: operations["askWhatHappened"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/questions/within-of-event": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who was within a radius of an event when it happened in the story, by told positions */
        get: operations["askWithinOfEvent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What administrators did, newest first */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/commit/{commitId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A commit, its place in its chain, and what it says of regions; archived ones too */
        get: operations["getCommit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/commit/force": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends all open spans of a world, in every layer, with the last tick that is known; engines commit them then */
        post: operations["forceCommit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/commits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Commits of a layer without their entries, those of the latest spans first */
        get: operations["listCommits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/costs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What each world keeps and did in a period, and an estimate of what that costs on AWS */
        get: operations["getCosts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/entity/{id}/command": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tells an entity what to do; always an event whose cause names the command, so that other services hear of it */
        post: operations["commandEntity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/entity/{id}/state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the producer of the world’s ticks last said of an entity: the physics, or an external service */
        get: operations["getEntityState"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/eustress/datasets/{space}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Datasets of a space, newest first */
        get: operations["listDatasets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/eustress/datasets/{space}/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A dataset: how far it is, and its files */
        get: operations["getDataset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/eustress/datasets/{space}/{id}/files/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A file of a dataset: manifest.json, or a part as the manifest names it */
        get: operations["getDatasetFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/eustress/datasets/{space}/{id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A dataset that follows its space gets no more snapshots; what it has stays */
        post: operations["stopDataset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/eustress/entities/{space}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Entities by flux position, time, depth and subtree, in order of id */
        get: operations["listFluxEntities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/eustress/epochs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Training sets of several spaces */
        get: operations["searchEpochs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/eustress/epochs/{space}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Training sets of a space */
        get: operations["listEpochs"];
        put?: never;
        /** Makes a training set of the scene snapshots in a time range: docs/training.md */
        post: operations["createEpoch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/eustress/epochs/{space}/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A training set: its snapshots and statistics */
        get: operations["getEpoch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/eustress/epochs/{space}/{id}/datasets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Writes the samples of a training set to the object store, with a manifest: docs/training.md */
        post: operations["createDataset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/eustress/epochs/{space}/{id}/samples": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The samples of a training set as NDJSON or Parquet, the same for the same request: docs/training.md */
        get: operations["listSamples"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/eustress/epochs/{space}/consolidate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Merges epochs whose time ranges touch or overlap, where they have the same filters and settings */
        post: operations["consolidateEpochs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/eustress/ingest/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Entities, then connections, all or none; 100 items or more make a scene snapshot */
        post: operations["ingestBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/eustress/ingest/connection": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a connection exactly this; its ends may arrive later */
        post: operations["ingestConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/eustress/ingest/entity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes an entity exactly this; creates its space with its first write */
        post: operations["ingestEntity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/eustress/ingest/parameter": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sets one parameter of an entity to any JSON value */
        post: operations["ingestParameter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/eustress/ingest/snapshot/{space}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cuts a scene snapshot of the space as it is now */
        post: operations["takeSnapshot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/eustress/ingest/snapshots/{space}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Scene snapshots, newest first; full ones are streamed */
        get: operations["listSnapshots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/eustress/ingest/snapshots/{space}/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One scene snapshot, streamed */
        get: operations["getSnapshot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/eustress/ingest/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What all spaces hold; sizes are measured */
        get: operations["ingestStatistics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What changes in a world, as it changes, as server-sent events or MessagePack: docs/sync-protocol.md */
        get: operations["streamEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gamma/commit/{commitId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the commits of a layer said of each cell of a region when the window of a commit ended */
        get: operations["gammaOfCommit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gamma/current": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the commits of a layer say of each cell of a region now */
        get: operations["currentGamma"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is up; 200 as long as writes are accepted */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ledger/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far the ledger of a world has come, layer by layer, finest first */
        get: operations["getLedgerStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mcp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Model Context Protocol (streamable HTTP, stateless): tools over the routes of this API */
        post: operations["mcp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/near": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Entities near a point, within r or the k nearest (at most 1000), nearest first */
        get: operations["nearIn"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["openApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/requests/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What became of a write request */
        get: operations["getRequest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sealing-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a new key for the sensitive components of the tenant; what older keys sealed stays readable */
        post: operations["rotateSealingKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ticks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ticks of entities from an external service, each counted once by entityId and tickId */
        post: operations["postTicks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/world/init": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The full state of a world, and the cursor from which its stream goes on: docs/sync-protocol.md */
        get: operations["initWorld"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/world/snapshots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happened in ticks, as far as it is still held: docs/sync-protocol.md */
        get: operations["listTickSnapshots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Worlds in order of name */
        get: operations["listWorlds"];
        put?: never;
        /** Makes a world with settings; a world is also made by its first write */
        post: operations["createWorld"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{a}/diff/{b}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What leads from one world to another: entities by id, then relationships, each with its changes */
        get: operations["diffWorlds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A world, its settings and what it holds */
        get: operations["getWorld"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}/box": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Entities in a box, faces included */
        get: operations["box"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}/component-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The component types that every world has, and those that this one has registered */
        get: operations["listComponentTypes"];
        put?: never;
        /** Registers a component type, or its next version; entities that have it are brought to it */
        post: operations["registerComponentType"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}/components": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Writes components of many entities in one transaction, where all that is expected holds */
        post: operations["writeComponents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Events that a destination or a consumer refused for good, by destination and seq */
        get: operations["listDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}/dead-letters/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes dead letters from the list for good, with a reason that the audit log keeps */
        post: operations["discardDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}/dead-letters/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends dead letters again; those that are accepted go from the list, the others stay with a new error */
        post: operations["replayDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}/entities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Entities in order of id, filtered */
        get: operations["listEntities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}/entities/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An entity, now or as of a seq, and where the simulation had it */
        get: operations["getEntity"];
        /** Makes an entity exactly this; creates its world with its first write */
        put: operations["putEntity"];
        post?: never;
        /** Deletes an entity; its relationships stay, dangling */
        delete: operations["deleteEntity"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}/entities/{id}/components/{type}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One component of an entity, now or as of a seq */
        get: operations["getComponent"];
        /** Makes a component of an entity exactly this */
        put: operations["setComponent"];
        post?: never;
        /** Removes a component; nothing happens where the entity has none */
        delete: operations["removeComponent"];
        options?: never;
        head?: never;
        /** Changes fields of a component, or makes it (JSON Merge Patch) */
        patch: operations["mergeComponent"];
        trace?: never;
    };
    "/worlds/{world}/entities/{id}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What made a value: the request, its event, the tick that took it up, the commits that cover it, and gamma */
        get: operations["explainValue"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}/entities/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What changed an entity, newest first, each with what made it so */
        get: operations["getEntityHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}/entities/{id}/move": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Moves an entity there at the next tick, at rest, even if that is the position last written */
        post: operations["moveEntity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How fast a world is written to, who is behind its log, what is dead, and the health of its space */
        get: operations["getWorldHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}/hierarchy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The forest of relationships of type hierarchy, whole, below an entity, or one level of it */
        get: operations["getHierarchy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}/moments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** When seqs came into the log of a world: its history at a glance */
        get: operations["listMoments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}/near": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Entities near a point, within r or the k nearest (at most 1000), nearest first */
        get: operations["near"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}/physics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Bodies, tick, tick time, memory, lag behind the log and state hash of the world’s simulation; or its state after a past tick */
        get: operations["getPhysics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}/physics/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stops ticking at the next tick */
        post: operations["pausePhysics"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}/physics/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Goes on ticking */
        post: operations["resumePhysics"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}/physics/step": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Runs some ticks of a paused world and answers when they are durable */
        post: operations["stepPhysics"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}/promote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Brings what a fork changed since its beginning into the world that it was forked of, in one transaction */
        post: operations["promoteFork"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}/query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Entities that meet a condition, now or as of a seq or time: pages, counts, groups */
        post: operations["queryWorld"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}/ray": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The entity that a ray comes within r of first */
        get: operations["ray"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}/regions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the entities of each region come to, in Morton order */
        get: operations["listRegions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}/regions/{region}/bodies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Entities in a region (*: in all), in Morton order */
        get: operations["listRegionBodies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}/relationships": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Relationships in order of source, target and type, filtered */
        get: operations["listRelationships"];
        put?: never;
        post?: never;
        /** Deletes the relationship of that type from source to target */
        delete: operations["deleteRelationship"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}/saved-queries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The saved queries of a world in order of name, 200 at most */
        get: operations["listSavedQueries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}/saved-queries/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A saved query */
        get: operations["getSavedQuery"];
        /** Saves a query that the world understands under a name, in place of what had it */
        put: operations["putSavedQuery"];
        post?: never;
        /** Forgets a saved query */
        delete: operations["deleteSavedQuery"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worlds/{world}/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes any part of the settings; physics takes it up at a tick */
        patch: operations["changeSettings"];
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AuditEntry: {
            /** @description Operation id */
            action: string;
            /** Format: date-time */
            at: string;
            /** Format: uuid */
            auditId: string;
            outcome: {
                /** @enum {string} */
                status: "applied" | "refused" | "requested";
            } & {
                [key: string]: unknown;
            };
            /** @description The events that it made name it as their cause */
            requestId: string;
            /** @description The user, hashed */
            subject: string;
            world: string;
        };
        Box: {
            entities: {
                activity: number;
                id: string;
                position: [
                    number,
                    number,
                    number
                ];
            }[];
            /** @description The box holds more entities than the limit */
            more: boolean;
            /**
             * @description database: no physics service holds the world
             * @enum {string}
             */
            source: "octree" | "database";
        };
        CausalGraph: {
            /**
             * @description Entities may not be as told: their projection fails, or is switched off
             * @constant
             */
            degraded?: true;
            edges: {
                cause: string;
                effect: string;
            }[];
            events: {
                action?: string;
                /** @description Steps from the event */
                depth: number;
                eventType?: string;
                id: string;
                summary?: string;
                timestamp?: string;
                /** @description false: it is named only, and not told yet, or retracted */
                told: boolean;
            }[];
            /** @description More belongs to it than depth and limit let through */
            truncated: boolean;
        };
        Cause: {
            chronicleEventId?: string;
            commitId?: string;
            manifest?: number;
            requestId?: string;
            tick?: number;
            traceparent?: string;
        } & {
            [key: string]: unknown;
        };
        Chronicle: {
            /** Format: date-time */
            createdAt: string;
            /**
             * @description Entities may not be as told: their projection fails, or is switched off
             * @constant
             */
            degraded?: true;
            description: string;
            /** @description Of now; without those that are retracted */
            eventCount: number;
            id: string;
            /** @description Of the event that made it */
            seq: number;
            /** @description Its id, where its first events made it and nobody has named it yet */
            title: string;
        };
        ChronicleEvent: {
            /** @description A verb, such as `gave` */
            action: string;
            /** @default [] */
            actors: {
                /** @description More about it in this event */
                context?: string;
                /** @description Unique in its world */
                entityId?: string;
                /** @description The engine’s class */
                entityType: string;
                /** @description Shown to people */
                name: string;
                /** @description agent, target, recipient, witness, place, … */
                role: string;
            }[];
            /** @default {} */
            causality: {
                /** @default [] */
                causedBy: string[];
                /** @default [] */
                causes: string[];
            };
            /** @default {} */
            data: Record<string, never>;
            /** @description Such as battle, meeting, journey */
            eventType: string;
            /** @description The caller’s; unique in its chronicle */
            id: string;
            items?: {
                /** @description Unique in its world */
                entityId?: string;
                /** @description Shown to people */
                name: string;
                quantity?: number;
            }[];
            /** @default [] */
            keywords: string[];
            location?: {
                /** @description Unique in its world */
                entityId?: string;
                /** @description Shown to people */
                name?: string;
                /** @description x, y, z in world units */
                position?: [
                    number,
                    number,
                    number
                ];
            };
            /**
             * @default actual
             * @enum {string}
             */
            modality: "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined";
            /**
             * @description Who tells it; SYSTEM: Orrery itself
             * @default API
             */
            source: string;
            /** @description What happened, in a sentence */
            summary: string;
            /** @description ISO 8601 with an offset; years of six digits and a sign reach from -004712 to +275760 */
            timestamp: string;
            valence?: {
                change: number;
                /** @description Name or entity id of an actor of the event */
                source: string;
                /** @description Name or entity id of an actor of the event */
                target: string;
                /** @description trust, affection, respect, fear, … */
                type: string;
            }[];
        };
        /** @description A ChronicleEvent with what the log says of it */
        ChronicleEventRecord: {
            /**
             * @description Entities may not be as told: their projection fails, or is switched off
             * @constant
             */
            degraded?: true;
            id: string;
            /** @description Of a retraction */
            reason?: string;
            /** Format: date-time */
            recordedAt: string;
            retracted: boolean;
            /** @description Of the event of the log that made it so */
            seq: number;
            timestamp: string;
            /** @description 1, and one more for each change */
            version: number;
        } & {
            [key: string]: unknown;
        };
        ChronicleProjection: {
            /** @description Switched off, or failing: entities may not be as told */
            degraded: boolean;
            enabled: boolean;
            /** @description In a row */
            failures: number;
            /** @description Chronicle events that are not projected yet */
            lag: number;
            projectedSeq: number;
            published: {
                failures: number;
                seq: number;
            } | null;
            /** @enum {string} */
            reason?: "off" | "failing";
            rebuilding: {
                purpose: string;
                seq: number;
            } | null;
            recordedSeq: number;
            /** @description What the world does not take, up to 100 */
            refused: {
                refusal: string;
                target: string;
            }[];
            retryAt: string | null;
            /** @description Actions that no rule knows; their events are kept */
            unknownActions: {
                action: string;
                events: number;
            }[];
            verified: {
                /** Format: date-time */
                at: string;
                differences: number;
            } | null;
        };
        ChronicleRules: {
            /** @description The world has none of its own: these are those of Orrery */
            isDefault: boolean;
            /** @description As a PUT takes them */
            rules: ({
                action: string;
            } & {
                [key: string]: unknown;
            })[];
        };
        Commit: {
            /** @description Pointer to the archived bytes that its entries are in; null: in the database */
            archive: string | null;
            /** Format: uuid */
            commitId: string;
            /** Format: date-time */
            committedAt: string;
            /** @description Ticks of bodies, of all entries together */
            contributions: number;
            /** @description Of this page, in Morton order */
            entries: components["schemas"]["CommitEntry"][];
            entryCount: number;
            /** @description Last tick of the span */
            epochEnd: number;
            /** @description First tick of the span */
            epochStart: number;
            /** @description SHA-256, hex */
            hash: string;
            /**
             * @description Layer of the ledger
             * @enum {string}
             */
            layer: "atomic" | "planetary" | "solar" | "galactic" | "universal";
            /** @description In the chain of its layer and shard, from 1 */
            number: number;
            /** @description SHA-256, hex */
            previousHash: string;
            /** @description Region, or `*` */
            shard: string;
            /** @description W3C traceparents of requests that led to it; the first 100 */
            traces: string[];
            /** @description Last tick of the window that the span lies in */
            windowEnd: number;
        };
        CommitEntry: {
            activity: {
                mean: number;
                /** @description Of the population */
                variance: number;
            };
            /** @description Of ticks that came after their span had been committed */
            correction: boolean;
            /** @description Ticks of bodies */
            count: number;
            /** @description Entities that took part; 64 at most. One that was erased is the pseudonym that the commit has, which nobody can tell any more */
            entityRefs: string[];
            /** @description Of a correction: the first and last of its ticks */
            late?: {
                from: number;
                to: number;
            };
            region: string;
            weight: number;
        };
        CommitHead: {
            /** @description Pointer to the archived bytes that its entries are in; null: in the database */
            archive: string | null;
            /** Format: uuid */
            commitId: string;
            /** Format: date-time */
            committedAt: string;
            /** @description Ticks of bodies, of all entries together */
            contributions: number;
            /** @description How many */
            entries: number;
            /** @description Last tick of the span */
            epochEnd: number;
            /** @description First tick of the span */
            epochStart: number;
            /** @description SHA-256, hex */
            hash: string;
            /**
             * @description Layer of the ledger
             * @enum {string}
             */
            layer: "atomic" | "planetary" | "solar" | "galactic" | "universal";
            /** @description In the chain of its layer and shard, from 1 */
            number: number;
            /** @description SHA-256, hex */
            previousHash: string;
            /** @description Region, or `*` */
            shard: string;
            /** @description W3C traceparents of requests that led to it; the first 100 */
            traces: string[];
            /** @description Last tick of the window that the span lies in */
            windowEnd: number;
        };
        ComponentType: {
            /**
             * @description Types that an entity must not have beside this one
             * @default []
             */
            excludes: string[];
            /**
             * @description A number and a text, of the top level, that searches compare and sort fast
             * @default {}
             */
            hot: {
                /** @description Name of a field */
                number?: string;
                /** @description Name of a field */
                text?: string;
            };
            /**
             * @description Types that an entity must have beside this one
             * @default []
             */
            needs: string[];
            /** @description JSON Schema 2020-12 of the data, of type object; references and formats are not used */
            schema: Record<string, never>;
            /**
             * @description Its data is encrypted with a key of the tenant; it cannot be searched, and is read with world:sensitive
             * @default false
             */
            sensitive: boolean;
            /** @description Name of a component type */
            type: string;
            /** @description How data of the version before becomes data of this one; fields of the top level */
            upgrade?: ({
                /** @description Name of a field */
                rename: string;
                /** @description Name of a field */
                to: string;
            } | {
                /** @description Name of a field */
                remove: string;
            } | {
                /** @description Name of a field */
                set: string;
                value: unknown;
            })[];
            /**
             * @description One more than what is registered
             * @default 1
             */
            version: number;
        };
        ContextBundle: {
            budget: number;
            citations: {
                chronicleId: string;
                eventId: string;
                seq: number;
            }[];
            contradictions: {
                [key: string]: unknown;
            }[];
            /** @description Entities could not be asked: the answer was dug out of the chronicles alone */
            degraded: boolean;
            entities: {
                [key: string]: unknown;
            }[];
            events: {
                [key: string]: unknown;
            }[];
            /** @description Items that had no room */
            left: number;
            /** @description Of the last one that entities have taken up */
            projectedSeq: number;
            /** @enum {string} */
            reason?: "off" | "failing" | "unreadable";
            /** @description Of the last event of the log that recorded chronicle events */
            recordedSeq: number;
            relationships: {
                [key: string]: unknown;
            }[];
            /** @description How events were found */
            search: ("text" | "vectors")[];
            /** @description What was read */
            seq: number;
            /** @enum {string} */
            source: "ecs" | "chronicle";
            surroundings: {
                [key: string]: unknown;
            }[];
            /** @description The same as Markdown: quoted data, never instructions */
            text: string;
            /** @description Of the text, estimated from above */
            tokens: number;
        } & {
            [key: string]: unknown;
        };
        Costs: {
            /** Format: date-time */
            from: string;
            /** @constant */
            isEstimate: true;
            note: string;
            pricesOf: {
                date: string;
                region: string;
            };
            /** Format: date-time */
            to: string;
            worlds: {
                /** @description Of commits in the archive */
                archivedBytes: number;
                events: number;
                /** @description There are more requests than were counted */
                isCapped: boolean;
                items: {
                    quantity: number;
                    service: string;
                    unit: string;
                    usd: number;
                    what: string;
                }[];
                /** @description That write, in the period, as far as outcomes are kept */
                requests: number;
                tables: {
                    /** @description Of its rows, by the mean of the first 1000 */
                    bytes: number;
                    /** @description Its share of the indexes; 0: the table is too small to tell */
                    indexBytes: number;
                    /** @description There are more rows than were counted */
                    isCapped: boolean;
                    rows: number;
                    table: string;
                }[];
                /** @description In windows of the ledger that were closed in the period */
                ticks: number;
                totalBytes: number;
                usd: number;
                world: string;
            }[];
        };
        Dataset: {
            /** @description Samples so far, by split, and snapshots done */
            counts: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            created_at: string;
            /** @description sha256 of what decides its bytes */
            digest: string;
            /** Format: uuid */
            epoch_id: string;
            /** @description When it was last complete */
            finished_at: string | null;
            follow: boolean;
            /** @enum {string} */
            format: "ndjson" | "parquet";
            /** Format: uuid */
            id: string;
            /** @description Its key in the object store; the parts lie beside it */
            manifest: string;
            parts: {
                bytes: number;
                file: string;
                key: string;
                rows: number;
                sha256: string;
            }[];
            /** @description Why it failed, was interrupted, or follows no longer */
            problem: {
                code: string;
                detail: string;
            } | null;
            selection: {
                [key: string]: unknown;
            };
            snapshot_count: number;
            space_name: string;
            /** @enum {string} */
            status: "waiting" | "running" | "done" | "failed";
        };
        DeadLetter: {
            attempts: number;
            /** Format: date-time */
            deadAt: string;
            destination: string;
            /** @description Why it was refused, the last time */
            error: string;
            /** @description As it is in the log; null: it is no longer there */
            event: {
                /** @description Of its data as JSON */
                bytes: number;
                /** @description null where it has more than 8192 bytes */
                data: {
                    [key: string]: unknown;
                } | null;
                entityId: string | null;
                /** Format: date-time */
                occurredAt: string;
                type: string;
            } | null;
            seq: number;
        };
        EngineConnection: {
            /** @description `hierarchy` makes the source the parent of the target */
            connection_type: string;
            /** @default null */
            label: string | null;
            /** @description Unique in its world */
            source_id: string;
            /**
             * @description Of a relationship; a weight in its motif
             * @default 1
             */
            strength: number;
            /** @description Unique in its world */
            target_id: string;
        } & {
            [key: string]: unknown;
        };
        EngineEntity: {
            /**
             * @description The engine’s class
             * @default Part
             */
            class_type: string;
            /** @description All that it shall have, by type; absent: it keeps those that it has */
            components?: {
                [key: string]: Record<string, never>;
            };
            /** @description Unique in its world */
            id: string;
            /** @description Shown to people */
            name?: string;
            /** @default {} */
            parameters: Record<string, never>;
            /** @description x, y, z in world units */
            position: [
                number,
                number,
                number
            ];
            /** @description Quaternion x, y, z, w */
            rotation?: [
                number,
                number,
                number,
                number
            ];
            /** @description Along x, y, z */
            scale?: [
                number,
                number,
                number
            ];
            /** @default [] */
            tags: string[];
        } & {
            [key: string]: unknown;
        };
        Entity: {
            /** @description Types of the components it has, joined by + */
            archetype: string;
            classType: string;
            /** @description Of registered types, by type; absent: none. Sensitive ones are sealed */
            components?: {
                [key: string]: {
                    [key: string]: unknown;
                };
            };
            /** Format: date-time */
            createdAt: string;
            /** @description Fields of the engine that Orrery does not know, as they came */
            extra: {
                [key: string]: unknown;
            };
            fluxPosition: number;
            id: string;
            name: string;
            parameters: {
                [key: string]: unknown;
            };
            /** @description As last written, world units */
            position: [
                number,
                number,
                number
            ];
            rotation: [
                number,
                number,
                number,
                number
            ];
            scale: [
                number,
                number,
                number
            ];
            /** @description Of the event that made it so */
            seq: number;
            tags: string[];
            /** Format: date-time */
            updatedAt: string;
        };
        EntityHistory: {
            entityId: string;
            entries: {
                cause: components["schemas"]["Cause"] | null;
                /** @description Of a new entity each field that it began with; of a deletion none. Sealed values stay sealed */
                changes: {
                    field: string;
                    /** @description Absent: it is not there any more */
                    newValue?: unknown;
                    /** @description Absent: it was not there */
                    oldValue?: unknown;
                }[];
                occurredAt: string | null;
                seq: number;
                /** @description null: the event is no longer in the log */
                type: string | null;
            }[];
            /** @description false on the last page: what came before is no longer retained */
            whole: boolean;
        };
        EntityState: {
            activity: number;
            /** @description Tick and activity of each change among its last 1,000 ticks that are kept: 100 at most, oldest first. Empty where the physics makes the ticks */
            activityHistory: [
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ]
            ][];
            entityId: string;
            jitter: number;
            /** @description Of that tick; empty where the physics makes the ticks */
            meta: {
                [key: string]: unknown;
            };
            /** @description x, y, z in world units */
            position: [
                number,
                number,
                number
            ];
            /** @description The last one; of the physics, the last one that it wrote down */
            tick: number;
            /** @description As the producer of the tick said */
            timestamp: string | null;
        };
        EntityTick: {
            /** @description What is committed */
            activity: number;
            /** @description Unique in its world */
            entityId: string;
            /**
             * @description Acceleration noise, units per second squared
             * @default 0
             */
            jitter: number;
            /** @description Kept with the tick; a tick without it has none */
            meta?: Record<string, never>;
            /** @description Counts once for each entity */
            tickId: number;
            /**
             * Format: date-time
             * @description By the clock of whoever made the tick
             */
            timestamp?: string;
            x: number;
            y: number;
            /** @default 0 */
            z: number;
        };
        EntityWithPhysics: {
            /** @description Types of the components it has, joined by + */
            archetype: string;
            classType: string;
            /** @description Of registered types, by type; absent: none. Sensitive ones are sealed */
            components?: {
                [key: string]: {
                    [key: string]: unknown;
                };
            };
            /** Format: date-time */
            createdAt: string;
            /** @description Fields of the engine that Orrery does not know, as they came */
            extra: {
                [key: string]: unknown;
            };
            fluxPosition: number;
            id: string;
            name: string;
            parameters: {
                [key: string]: unknown;
            };
            /** @description Simulated state; as of a seq: after the last tick that had taken up no later event. Null where physicsAbsence says why, or where the entity has no body */
            physics: {
                activity: number;
                position: [
                    number,
                    number,
                    number
                ];
                tick: number;
                velocity: [
                    number,
                    number,
                    number
                ];
            } | null;
            /**
             * @description As of a seq, where physics is null. no-body: it had none then; not-retained: no checkpoint is that old any more; unavailable: no physics service can answer now, ask again
             * @enum {string}
             */
            physicsAbsence?: "not-asked" | "no-body" | "not-retained" | "unavailable";
            /** @description As last written, world units */
            position: [
                number,
                number,
                number
            ];
            rotation: [
                number,
                number,
                number,
                number
            ];
            scale: [
                number,
                number,
                number
            ];
            /** @description Of the event that made it so */
            seq: number;
            tags: string[];
            /** Format: date-time */
            updatedAt: string;
        };
        Epoch: {
            /** @description Side of the cells of spatial_coverage, in units */
            cell_size: number;
            /** @description The epoch that it was merged into */
            consolidated_into: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            end_time: string;
            filters: components["schemas"]["EpochFilters"];
            /** Format: uuid */
            id: string;
            /** @description 0.25 each for samples, connections, a hierarchy and sacred entities */
            quality_score: number;
            /** @description Of samples at flux position 3, 6 or 9; others weigh 1 */
            sacred_weight: number;
            /** @description Entities as of each of its snapshots, summed up */
            sample_count: number;
            snapshot_count: number;
            /** @description Oldest first */
            snapshot_ids: string[];
            space_name: string;
            splits: {
                test: number;
                train: number;
                validation: number;
            };
            /** Format: date-time */
            start_time: string;
            stats: {
                /** @description Mean depth of the samples */
                avg_hierarchy_depth: number;
                /** @description Share of the samples at flux position 3, 6 or 9 */
                sacred_frequency: number;
                /** @description Cells that hold a sample, of those that the bounding box of all samples touches */
                spatial_coverage: number;
                /** @description Different connections, dangling ones included */
                total_connections: number;
                /** @description Different entities */
                total_entities: number;
                /** @description Different class types */
                unique_types: number;
            };
        };
        /** @description Which scene snapshots of the range belong to the epoch */
        EpochFilters: {
            min_connections?: number;
            min_entities?: number;
            /** @description Only scene snapshots whose quality score is at least this */
            min_quality?: number;
        };
        /** @description When its status is done this is the certificate */
        Erasure: {
            /** Format: date-time */
            createdAt: string;
            /** @description Until it is erased */
            entityId: string | null;
            /** Format: uuid */
            erasureId: string;
            /** @description What it waits for, or why it failed */
            failure: {
                [key: string]: unknown;
            } | null;
            finishedAt: string | null;
            reason: string;
            /** @description The user, hashed */
            requestedBy: string;
            /** @enum {string} */
            status: "waiting" | "running" | "done" | "failed";
            /** @description What was erased where: rows by table, objects of the archive with their SHA-256 before and after, checkpoints, segments of ticks */
            steps: ({
                /** Format: date-time */
                at: string;
                step: string;
            } & {
                [key: string]: unknown;
            })[];
            /** @description SHA-256 of the id of the entity, or of the tenant */
            subject: string;
            world: string | null;
        };
        Explanation: {
            asOf: number;
            batch: {
                delivered: boolean;
                /** @description The relay has sent the events up to this seq */
                deliveredUpTo: number;
                destination: string;
            } | {
                absence: string;
                detail: string;
            };
            /** @description That it was derived from, or that its sender named; empty: none */
            chronicleEvents: ({
                chronicleId: string;
                id: string;
            } & {
                [key: string]: unknown;
            })[];
            commits: {
                commit: {
                    /** Format: uuid */
                    commitId: string;
                    /** Format: date-time */
                    committedAt: string;
                    epochEnd: number;
                    epochStart: number;
                    hash: string;
                    /** @description null: its entries were not looked at */
                    namesEntity: boolean | null;
                    number: number;
                    shard: string;
                } | {
                    absence: string;
                    detail: string;
                };
                /** @description What all commits say of the cell now */
                gamma: {
                    activityMean: number;
                    count: number;
                    region: string;
                    weight: number;
                } | null;
                layer: string;
                note: string | null;
                /** @description The cell that holds the written position */
                region: string;
            }[];
            entityId: string;
            event: {
                cause: components["schemas"]["Cause"];
                /** Format: uuid */
                eventId: string;
                newValue?: unknown;
                /** Format: date-time */
                occurredAt: string;
                oldValue?: unknown;
                seq: number;
                type: string;
                /** @description In whose log it is: of a fork it may be an ancestor’s */
                world: string;
            } | {
                absence: string;
                detail: string;
            };
            field: string;
            request: {
                /**
                 * Format: date-time
                 * @description When what became of it was kept
                 */
                at: string;
                requestId: string;
                status: string;
                /** @description The user, hashed; null: not known */
                subject: string | null;
                traceparent: string | null;
            } | {
                absence: string;
                detail: string;
            };
            tick: {
                /** @description It took up the events from this seq… */
                fromSeq: number;
                tick: number;
                /** @description …to this one */
                toSeq: number;
            } | {
                absence: string;
                detail: string;
            };
            /** @description Absent: it is not there. What is sealed stays sealed */
            value?: unknown;
        };
        /** @description In the engine’s words, and where it stands */
        FluxEntity: {
            class_type: string;
            depth: number;
            flux_position: number;
            id: string;
            parent_id: string | null;
            position: [
                number,
                number,
                number
            ];
            root_id: string;
            sacred: boolean;
            /** Format: date-time */
            updated_at: string;
        } & {
            [key: string]: unknown;
        };
        ForcedCommit: {
            /** @description The last tick of the spans that it ends: all ticks up to it are known */
            cutAt: number;
        };
        ForkAnswer: {
            requestId: string;
            /** @constant */
            status: "applied";
            world: components["schemas"]["World"];
        };
        Gamma: {
            /** @description Cells of side 2^cell units */
            cell: number | "*";
            /** @description That are in a commit, in Morton order */
            cells: {
                activity: {
                    mean: number;
                    /** @description Of the population */
                    variance: number;
                };
                /**
                 * Format: uuid
                 * @description The last commit that says so
                 */
                commitId: string;
                /** @description Ticks of bodies, of all commits */
                count: number;
                /** @description Last tick of that span */
                epochEnd: number;
                /** @description First tick of the newest span with ticks in the cell */
                epochStart: number;
                region: string;
                /** @description Of all commits, corrections too */
                totalWeight: number;
                /** @description Of that span */
                weight: number;
            }[];
            /**
             * Format: uuid
             * @description The tile as of this commit
             */
            commitId?: string;
            /**
             * @description Layer of the ledger
             * @enum {string}
             */
            layer: "atomic" | "planetary" | "solar" | "galactic" | "universal";
            region: string;
        };
        Health: {
            parts: {
                [key: string]: "up" | "down";
            };
            /** @enum {string} */
            status: "up" | "degraded";
        };
        Hierarchy: {
            /** @description Children by parent */
            children: {
                [key: string]: string[];
            };
            depths: {
                [key: string]: number;
            };
            maxDepth: number;
            /** @description Parent by child */
            parents: {
                [key: string]: string;
            };
            /** @description Entities without a parent, at depth 0 */
            roots: string[];
            seq: number;
        };
        HierarchyLevel: {
            depth: number;
            entities: string[];
            maxDepth: number;
            seq: number;
        };
        IngestAnswer: {
            message: string;
            request_id: string;
            snapshot_id: string | null;
            /** @constant */
            success: true;
        };
        IngestStatistics: {
            last_snapshot: string | null;
            /** @description Bytes of all rows of the tenant as they are stored, indexes excluded */
            storage_size_bytes: number;
            /** @description Entities that exist or ever existed */
            total_entities_seen: number;
            total_epochs: number;
            total_snapshots: number;
            total_spaces: number;
        };
        LedgerJob: {
            /** Format: date-time */
            createdAt: string;
            finishedAt: string | null;
            /** Format: uuid */
            jobId: string;
            /** @enum {string} */
            kind: "archive" | "restore" | "replay" | "verify";
            params: {
                [key: string]: unknown;
            };
            /** @description The user, hashed */
            requestedBy: string;
            /** @description What came of it; of a failure its code and detail. null: not yet */
            result: {
                [key: string]: unknown;
            } | null;
            /** @enum {string} */
            status: "waiting" | "running" | "done" | "failed";
        };
        LedgerStatus: {
            layers: {
                /** @description All windows up to this tick have all their commits */
                closedTo: number;
                /** @description Of the last manifest; SHA-256, hex */
                hash: string;
                /**
                 * @description Layer of the ledger
                 * @enum {string}
                 */
                layer: "atomic" | "planetary" | "solar" | "galactic" | "universal";
                /** @description The last manifest; 0: none */
                manifest: number;
                paused: boolean;
                shards: {
                    /** @description With something that is due */
                    behind: number;
                    count: number;
                    /** @description With something that is not committed yet */
                    open: number;
                };
                /** @description The layer whose commits it takes; null: ticks */
                source: ("atomic" | "planetary" | "solar" | "galactic" | "universal") | null;
            }[];
            /** @description null: nobody has brought a tick yet */
            stream: {
                /**
                 * @description The layer that takes the ticks
                 * @enum {string}
                 */
                layer: "atomic" | "planetary" | "solar" | "galactic" | "universal";
                /** @description How many segments there were */
                segment: number;
                /** @description All ticks up to this one are known */
                watermark: number;
            } | null;
            /** @description Raw ticks that are kept: commits can be computed again from them */
            ticks: {
                bytes: number;
                fromTick: number | null;
                segments: number;
                /** @description Of entities */
                ticks: number;
                toTick: number | null;
            };
        };
        ListedDataset: {
            /** Format: date-time */
            created_at: string;
            /** @description sha256 of what decides its bytes */
            digest: string;
            /** Format: uuid */
            epoch_id: string;
            /** @description When it was last complete */
            finished_at: string | null;
            follow: boolean;
            /** @enum {string} */
            format: "ndjson" | "parquet";
            /** Format: uuid */
            id: string;
            /** @description Its key in the object store; the parts lie beside it */
            manifest: string;
            /** @description Why it failed, was interrupted, or follows no longer */
            problem: {
                code: string;
                detail: string;
            } | null;
            selection: {
                [key: string]: unknown;
            };
            snapshot_count: number;
            space_name: string;
            /** @enum {string} */
            status: "waiting" | "running" | "done" | "failed";
        };
        ListedEpoch: {
            /** @description Side of the cells of spatial_coverage, in units */
            cell_size: number;
            /** @description The epoch that it was merged into */
            consolidated_into: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            end_time: string;
            filters: components["schemas"]["EpochFilters"];
            /** Format: uuid */
            id: string;
            /** @description 0.25 each for samples, connections, a hierarchy and sacred entities */
            quality_score: number;
            /** @description Of samples at flux position 3, 6 or 9; others weigh 1 */
            sacred_weight: number;
            /** @description Entities as of each of its snapshots, summed up */
            sample_count: number;
            snapshot_count: number;
            space_name: string;
            splits: {
                test: number;
                train: number;
                validation: number;
            };
            /** Format: date-time */
            start_time: string;
            stats: {
                /** @description Mean depth of the samples */
                avg_hierarchy_depth: number;
                /** @description Share of the samples at flux position 3, 6 or 9 */
                sacred_frequency: number;
                /** @description Cells that hold a sample, of those that the bounding box of all samples touches */
                spatial_coverage: number;
                /** @description Different connections, dangling ones included */
                total_connections: number;
                /** @description Different entities */
                total_entities: number;
                /** @description Different class types */
                unique_types: number;
            };
        };
        Moments: {
            /** @description When the event of each seq came into the log; in between lies whatever lies in between */
            moments: {
                /** Format: date-time */
                at: string;
                seq: number;
            }[];
            /** @description The last one */
            seq: number;
        };
        Near: {
            entities: {
                activity: number;
                distance: number;
                id: string;
                position: [
                    number,
                    number,
                    number
                ];
            }[];
            /**
             * @description database: no physics service holds the world
             * @enum {string}
             */
            source: "octree" | "database";
        };
        PausedLayer: {
            /**
             * @description Layer of the ledger
             * @enum {string}
             */
            layer: "atomic" | "planetary" | "solar" | "galactic" | "universal";
            paused: boolean;
        };
        Physics: {
            /** @description Bodies of activity > 0 */
            active: number;
            bodies: number;
            /** @description Of the past: those that were asked for */
            entities?: {
                activity: number;
                anchored: boolean;
                id: string;
                jitter: number;
                mass: number;
                position: [
                    number,
                    number,
                    number
                ];
                velocity: [
                    number,
                    number,
                    number
                ];
            }[];
            /** @description Of the past: those that were asked for and had no body */
            missing?: string[];
            /** @description The last event that was taken up */
            seq: number;
            stateHash: string;
            tick: number;
        } & {
            [key: string]: unknown;
        };
        /** @description RFC 9457 */
        Problem: {
            detail: string;
            errors?: {
                field: string;
                message: string;
            }[];
            requestId?: string;
            status: number;
            title: string;
            type: string;
        };
        PromoteAnswer: {
            /** @description That are registered in the parent as well */
            componentTypes: number;
            conflictCount: number;
            /** @description The first 100 */
            conflicts: components["schemas"]["PromotionConflict"][];
            entities: {
                changed: number;
                created: number;
                deleted: number;
            };
            events: number | null;
            into: string;
            /** @description In the fork: changes of settings, and what was told there */
            leftBehind: {
                chronicleEvents: number;
                settings: number;
            };
            relationships: {
                changed: number;
                created: number;
                deleted: number;
            };
            requestId: string;
            /** @description Of the parent: after it, or of a plan as it is */
            seq: number | null;
            /** @enum {string} */
            status: "applied" | "planned" | "waiting";
            /** @description Of a plan: conflicts that the strategy does not settle */
            unsettledCount: number;
        };
        PromotionConflict: {
            /** @description That both changed to different values */
            bothFields: string[];
            inFork: {
                fields: string[];
                /** @enum {string} */
                kind: "created" | "changed" | "deleted";
            };
            inParent: {
                fields: string[];
                /** @enum {string} */
                kind: "created" | "changed" | "deleted";
            };
            /** @enum {string} */
            kind: "entity" | "relationship";
            name: string;
        };
        Query: {
            /** @constant */
            count?: true;
            group?: string;
            limit?: number;
            select?: string[];
            sort?: [
            ] | [
                {
                    by: string;
                    /**
                     * @default asc
                     * @enum {string}
                     */
                    direction: "asc" | "desc";
                }
            ] | [
                {
                    by: string;
                    /**
                     * @default asc
                     * @enum {string}
                     */
                    direction: "asc" | "desc";
                },
                {
                    by: string;
                    /**
                     * @default asc
                     * @enum {string}
                     */
                    direction: "asc" | "desc";
                }
            ] | [
                {
                    by: string;
                    /**
                     * @default asc
                     * @enum {string}
                     */
                    direction: "asc" | "desc";
                },
                {
                    by: string;
                    /**
                     * @default asc
                     * @enum {string}
                     */
                    direction: "asc" | "desc";
                },
                {
                    by: string;
                    /**
                     * @default asc
                     * @enum {string}
                     */
                    direction: "asc" | "desc";
                }
            ];
            where?: components["schemas"]["QueryCondition"];
        };
        QueryAnswer: {
            count?: number;
            /** @description There are more */
            cursor?: string;
            /** @description Without select whole; with it the id and what was selected, by path */
            entities?: (components["schemas"]["Entity"] | ({
                id: string;
            } & {
                [key: string]: unknown;
            }))[];
            explain?: {
                plan: {
                    [key: string]: unknown;
                };
                query: string;
                steps: string[];
                /** @description Every entity of the world may be read, and for the want of what */
                warning?: string;
            };
            /** @description Largest first; of entities without a value there the value is absent */
            groups?: {
                count: number;
                value?: unknown;
            }[];
            /** @description There are smaller groups */
            more?: boolean;
            /** @description What was read */
            seq: number;
        };
        QueryCondition: {
            of: components["schemas"]["QueryCondition"][];
            /** @enum {string} */
            op: "and" | "or";
        } | {
            of: components["schemas"]["QueryCondition"];
            /** @constant */
            op: "not";
        } | {
            component: string;
            /** @constant */
            op: "has";
        } | {
            /** @constant */
            op: "exists";
            path: string;
        } | {
            /** @enum {string} */
            op: "=" | "!=";
            path: string;
            value: null | boolean | number | string;
        } | {
            /** @enum {string} */
            op: "<" | "<=" | ">" | ">=";
            path: string;
            value: number | string;
        } | {
            /** @constant */
            op: "in";
            path: string;
            values: (null | boolean | number | string)[];
        } | {
            high: number | string;
            low: number | string;
            /** @constant */
            op: "between";
            path: string;
        } | {
            /** @constant */
            op: "contains";
            path: string;
            value: unknown;
        } | {
            /** @constant */
            op: "~";
            path: string;
            text: string;
        } | {
            /** @constant */
            op: "tag";
            tag: string;
        } | {
            max?: number;
            min?: number;
            /** @enum {string} */
            op: "->" | "<-";
            steps?: [
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ]
            ];
            target?: string | {
                where: components["schemas"]["QueryCondition"];
            };
            /** @description `hierarchy` makes the source the parent of the target */
            type?: string;
        } | {
            /** @enum {string} */
            op: "under" | "above";
            steps?: [
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ]
            ];
            target: string | {
                where: components["schemas"]["QueryCondition"];
            };
        } | {
            /** @enum {string} */
            is: "=" | "!=" | "<" | "<=" | ">" | ">=";
            /** @constant */
            op: "depth";
            value: number;
        } | {
            max: [
                [
                    number,
                    number,
                    number
                ],
                [
                    number,
                    number,
                    number
                ],
                [
                    number,
                    number,
                    number
                ]
            ];
            min: [
                [
                    number,
                    number,
                    number
                ],
                [
                    number,
                    number,
                    number
                ],
                [
                    number,
                    number,
                    number
                ]
            ];
            /** @constant */
            op: "box";
        } | {
            center: [
                [
                    number,
                    number,
                    number
                ],
                [
                    number,
                    number,
                    number
                ],
                [
                    number,
                    number,
                    number
                ]
            ];
            /** @constant */
            op: "sphere";
            radius: number;
        } | {
            /** @description Unique in its world */
            entity: string;
            /** @constant */
            op: "near";
            within: number;
        };
        Ray: {
            /** @description null: the ray meets nothing */
            hit: {
                activity: number;
                /** @description Along the ray, where the entity is first within r; units */
                distance: number;
                id: string;
                position: [
                    number,
                    number,
                    number
                ];
            } | null;
        };
        RecordedChronicleEvents: {
            /**
             * @description Entities may not be as told: their projection fails, or is switched off
             * @constant
             */
            degraded?: true;
            /** @description Events that were there before, the same: nothing is written */
            duplicates: number | null;
            /** @description Events that are new; null while it waits */
            recorded: number | null;
            requestId: string;
            /** @description The world’s seq after it; null while it waits */
            seq: number | null;
            /** @enum {string} */
            status: "applied" | "waiting";
        };
        RegionBodies: {
            entities: {
                activity: number;
                id: string;
                position: [
                    number,
                    number,
                    number
                ];
            }[];
        };
        Regions: {
            regions: {
                activity: {
                    mean: number;
                    /** @description Of the population */
                    variance: number;
                };
                /** @description Of the positions */
                bounds: {
                    max: [
                        number,
                        number,
                        number
                    ];
                    min: [
                        number,
                        number,
                        number
                    ];
                };
                /** @description Entities; regions without any are left out */
                count: number;
                /** @description `e:x:y:z` */
                region: string;
                /** @description Sum of mass × activity */
                weight: number;
            }[];
        };
        Relationship: {
            data: {
                [key: string]: unknown;
            };
            label: string | null;
            seq: number;
            sourceId: string;
            strength: number;
            targetId: string;
            type: string;
        };
        RequestOutcome: {
            events?: number;
            refusal?: {
                code: string;
                detail: string;
            } & {
                [key: string]: unknown;
            };
            requestId: string;
            seq?: number;
            snapshotId?: string | null;
            /** @enum {string} */
            status: "applied" | "refused" | "waiting" | "running";
            world: string;
        };
        SavedQuery: {
            /** Format: date-time */
            createdAt: string;
            description: string;
            name: string;
            /** @description As it was saved */
            query: string | {
                [key: string]: unknown;
            };
            /** @description The user who saved it last, hashed */
            savedBy: string;
            /** Format: date-time */
            updatedAt: string;
        };
        /** @description Full: also entities, connections, hierarchy {roots, parent_map, children_map, depth_map}, parameters by entity */
        SceneSnapshot: {
            /** Format: uuid */
            id: string;
            metadata: {
                [key: string]: unknown;
            };
            seq: number;
            space_name: string;
            /** Format: date-time */
            timestamp: string;
        } & {
            [key: string]: unknown;
        };
        TakenTicks: {
            /** @description Ticks of entities that had them before, with this content or another: not counted */
            duplicates: number;
            /** @description Ticks as old as those that are kept no longer (ledger.ticksKept): not counted */
            expired: number;
            /** @description Ticks that are new */
            taken: number;
            /** @description Of the world: all ticks up to it count as known */
            watermark: number;
        };
        World: {
            /** Format: date-time */
            createdAt: string;
            /** @description Its entities may not be as its chronicles tell: their projection is off, or failing */
            degraded: boolean;
            entityCount: number;
            name: string;
            /** @description What it was forked of; null for a world of its own */
            parent: {
                name: string;
                /** @description Up to this one its history is the fork’s; reads go there */
                seq: number;
                /** @description Its last tick that is in the fork’s past; null where none could be rebuilt */
                tick: number | null;
                /** Format: uuid */
                worldId: string;
            } | null;
            relationshipCount: number;
            seq: number;
            settings: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            updatedAt: string;
            /** Format: uuid */
            worldId: string;
        };
        WorldDiff: {
            a: {
                seq: number;
                world: string;
            };
            b: {
                seq: number;
                world: string;
            };
            entities: {
                /** @description From the first world to the second */
                changes?: {
                    entityId: string;
                    field: string;
                    newValue: unknown;
                    oldValue: unknown;
                }[];
                entity?: {
                    [key: string]: unknown;
                };
                id: string;
                /**
                 * @description It is in the second world only, in the first one only, or in both and not the same
                 * @enum {string}
                 */
                kind: "created" | "deleted" | "changed";
            }[];
            relationships: {
                /** @description From the first world to the second */
                changes?: {
                    entityId: string;
                    field: string;
                    newValue: unknown;
                    oldValue: unknown;
                }[];
                /**
                 * @description It is in the second world only, in the first one only, or in both and not the same
                 * @enum {string}
                 */
                kind: "created" | "deleted" | "changed";
                relationship?: {
                    [key: string]: unknown;
                };
                sourceId: string;
                targetId: string;
                type: string;
            }[];
            /** @description From the first world to the second */
            settings?: {
                entityId: string;
                field: string;
                newValue: unknown;
                oldValue: unknown;
            }[];
            /** @description Of the whole; on the first page only */
            summary?: {
                entities: {
                    changed: number;
                    created: number;
                    deleted: number;
                };
                relationships: {
                    changed: number;
                    created: number;
                    deleted: number;
                };
            };
        };
        WorldHealth: {
            /** Format: date-time */
            at: string;
            /** @description Whoever applies the log in order */
            consumers: {
                /** @description Failures in a row of the event after seq */
                attempts: number;
                lagEvents: number;
                lastError: string | null;
                name: string;
                seq: number;
            }[];
            deadLetters: {
                count: number;
                destination: string;
                /** Format: date-time */
                oldestAt: string;
            }[];
            /** @description Its entities may not be as its chronicles tell */
            degraded: boolean;
            ingest: {
                eventsLastHour: number;
                eventsLastMinute: number;
                /** Format: date-time */
                lastEventAt: string;
            };
            /** @description Age of the oldest event that some destination has not been given; 0: none waits */
            oldestUndeliveredMs: number;
            /** @description The last tick; GET /worlds/{world}/physics has the time that ticks take where it is held */
            physics: {
                held: boolean;
                tick: number | null;
                toSeq: number | null;
            };
            /** @description What the log was sent to, by destination */
            relay: {
                /** @description Failures in a row of the event after seq */
                attempts: number;
                lagEvents: number;
                lastError: string | null;
                name: string;
                seq: number;
            }[];
            seq: number;
            space: {
                /** @description null: too many relationships to count each time; GET /worlds/{world} counts them */
                danglingRelationships: number | null;
                /** @description The last scene snapshot; null: there is none */
                snapshot: {
                    ageMs: number;
                    /** Format: date-time */
                    createdAt: string;
                    /** @description null: of a large world, whose snapshot nobody has read yet: GET /eustress/ingest/snapshots */
                    qualityScore: number | null;
                    seq: number;
                    /** Format: uuid */
                    snapshotId: string;
                } | null;
            };
            world: string;
        };
        /** @description Any part of the settings: a field that is left out stays as it is, and in a new world has its default */
        WorldSettings: {
            chronicle?: {
                decayHalfLifeDays?: number | null;
                maxStrength?: number;
                minStrength?: number;
                modalities?: [
                ] | [
                    "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined"
                ] | [
                    "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined",
                    "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined"
                ] | [
                    "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined",
                    "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined",
                    "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined"
                ] | [
                    "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined",
                    "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined",
                    "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined",
                    "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined"
                ] | [
                    "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined",
                    "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined",
                    "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined",
                    "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined",
                    "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined"
                ] | [
                    "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined",
                    "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined",
                    "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined",
                    "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined",
                    "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined",
                    "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined"
                ] | [
                    "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined",
                    "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined",
                    "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined",
                    "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined",
                    "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined",
                    "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined",
                    "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined"
                ];
                project?: boolean;
                publishEntityEvents?: boolean;
            };
            ledger?: {
                backlogInputs?: number;
                baseWeight?: number;
                hotShardBodies?: number;
                latenessTicks?: number;
                layers?: [
                ] | [
                    {
                        /**
                         * @default postgres
                         * @enum {string}
                         */
                        adapter: "postgres" | "sqlite" | "leveldb" | "cassandra" | "clickhouse" | "dynamodb" | "object-store";
                        /** @default {} */
                        archive: {
                            /** @default 10000 */
                            afterTicks: number | null;
                            /** @default null */
                            quietAfterTicks: number | null;
                            /** @default 0 */
                            quietBelow: number;
                        };
                        cell: "*" | number;
                        /** @default {} */
                        commit: {
                            /** @default null */
                            activityVariance: number | null;
                            /** @default null */
                            maxContributions: number | null;
                            /** @default null */
                            meanActivity: number | null;
                            /** @default 10 */
                            minTicks: number;
                            /**
                             * @default fixed
                             * @enum {string}
                             */
                            strategy: "fixed" | "adaptive" | "hybrid";
                            /** @default 100 */
                            windowTicks: number;
                        };
                        /** @enum {string} */
                        name: "atomic" | "planetary" | "solar" | "galactic" | "universal";
                    }
                ] | [
                    {
                        /**
                         * @default postgres
                         * @enum {string}
                         */
                        adapter: "postgres" | "sqlite" | "leveldb" | "cassandra" | "clickhouse" | "dynamodb" | "object-store";
                        /** @default {} */
                        archive: {
                            /** @default 10000 */
                            afterTicks: number | null;
                            /** @default null */
                            quietAfterTicks: number | null;
                            /** @default 0 */
                            quietBelow: number;
                        };
                        cell: "*" | number;
                        /** @default {} */
                        commit: {
                            /** @default null */
                            activityVariance: number | null;
                            /** @default null */
                            maxContributions: number | null;
                            /** @default null */
                            meanActivity: number | null;
                            /** @default 10 */
                            minTicks: number;
                            /**
                             * @default fixed
                             * @enum {string}
                             */
                            strategy: "fixed" | "adaptive" | "hybrid";
                            /** @default 100 */
                            windowTicks: number;
                        };
                        /** @enum {string} */
                        name: "atomic" | "planetary" | "solar" | "galactic" | "universal";
                    },
                    {
                        /**
                         * @default postgres
                         * @enum {string}
                         */
                        adapter: "postgres" | "sqlite" | "leveldb" | "cassandra" | "clickhouse" | "dynamodb" | "object-store";
                        /** @default {} */
                        archive: {
                            /** @default 10000 */
                            afterTicks: number | null;
                            /** @default null */
                            quietAfterTicks: number | null;
                            /** @default 0 */
                            quietBelow: number;
                        };
                        cell: "*" | number;
                        /** @default {} */
                        commit: {
                            /** @default null */
                            activityVariance: number | null;
                            /** @default null */
                            maxContributions: number | null;
                            /** @default null */
                            meanActivity: number | null;
                            /** @default 10 */
                            minTicks: number;
                            /**
                             * @default fixed
                             * @enum {string}
                             */
                            strategy: "fixed" | "adaptive" | "hybrid";
                            /** @default 100 */
                            windowTicks: number;
                        };
                        /** @enum {string} */
                        name: "atomic" | "planetary" | "solar" | "galactic" | "universal";
                    }
                ] | [
                    {
                        /**
                         * @default postgres
                         * @enum {string}
                         */
                        adapter: "postgres" | "sqlite" | "leveldb" | "cassandra" | "clickhouse" | "dynamodb" | "object-store";
                        /** @default {} */
                        archive: {
                            /** @default 10000 */
                            afterTicks: number | null;
                            /** @default null */
                            quietAfterTicks: number | null;
                            /** @default 0 */
                            quietBelow: number;
                        };
                        cell: "*" | number;
                        /** @default {} */
                        commit: {
                            /** @default null */
                            activityVariance: number | null;
                            /** @default null */
                            maxContributions: number | null;
                            /** @default null */
                            meanActivity: number | null;
                            /** @default 10 */
                            minTicks: number;
                            /**
                             * @default fixed
                             * @enum {string}
                             */
                            strategy: "fixed" | "adaptive" | "hybrid";
                            /** @default 100 */
                            windowTicks: number;
                        };
                        /** @enum {string} */
                        name: "atomic" | "planetary" | "solar" | "galactic" | "universal";
                    },
                    {
                        /**
                         * @default postgres
                         * @enum {string}
                         */
                        adapter: "postgres" | "sqlite" | "leveldb" | "cassandra" | "clickhouse" | "dynamodb" | "object-store";
                        /** @default {} */
                        archive: {
                            /** @default 10000 */
                            afterTicks: number | null;
                            /** @default null */
                            quietAfterTicks: number | null;
                            /** @default 0 */
                            quietBelow: number;
                        };
                        cell: "*" | number;
                        /** @default {} */
                        commit: {
                            /** @default null */
                            activityVariance: number | null;
                            /** @default null */
                            maxContributions: number | null;
                            /** @default null */
                            meanActivity: number | null;
                            /** @default 10 */
                            minTicks: number;
                            /**
                             * @default fixed
                             * @enum {string}
                             */
                            strategy: "fixed" | "adaptive" | "hybrid";
                            /** @default 100 */
                            windowTicks: number;
                        };
                        /** @enum {string} */
                        name: "atomic" | "planetary" | "solar" | "galactic" | "universal";
                    },
                    {
                        /**
                         * @default postgres
                         * @enum {string}
                         */
                        adapter: "postgres" | "sqlite" | "leveldb" | "cassandra" | "clickhouse" | "dynamodb" | "object-store";
                        /** @default {} */
                        archive: {
                            /** @default 10000 */
                            afterTicks: number | null;
                            /** @default null */
                            quietAfterTicks: number | null;
                            /** @default 0 */
                            quietBelow: number;
                        };
                        cell: "*" | number;
                        /** @default {} */
                        commit: {
                            /** @default null */
                            activityVariance: number | null;
                            /** @default null */
                            maxContributions: number | null;
                            /** @default null */
                            meanActivity: number | null;
                            /** @default 10 */
                            minTicks: number;
                            /**
                             * @default fixed
                             * @enum {string}
                             */
                            strategy: "fixed" | "adaptive" | "hybrid";
                            /** @default 100 */
                            windowTicks: number;
                        };
                        /** @enum {string} */
                        name: "atomic" | "planetary" | "solar" | "galactic" | "universal";
                    }
                ] | [
                    {
                        /**
                         * @default postgres
                         * @enum {string}
                         */
                        adapter: "postgres" | "sqlite" | "leveldb" | "cassandra" | "clickhouse" | "dynamodb" | "object-store";
                        /** @default {} */
                        archive: {
                            /** @default 10000 */
                            afterTicks: number | null;
                            /** @default null */
                            quietAfterTicks: number | null;
                            /** @default 0 */
                            quietBelow: number;
                        };
                        cell: "*" | number;
                        /** @default {} */
                        commit: {
                            /** @default null */
                            activityVariance: number | null;
                            /** @default null */
                            maxContributions: number | null;
                            /** @default null */
                            meanActivity: number | null;
                            /** @default 10 */
                            minTicks: number;
                            /**
                             * @default fixed
                             * @enum {string}
                             */
                            strategy: "fixed" | "adaptive" | "hybrid";
                            /** @default 100 */
                            windowTicks: number;
                        };
                        /** @enum {string} */
                        name: "atomic" | "planetary" | "solar" | "galactic" | "universal";
                    },
                    {
                        /**
                         * @default postgres
                         * @enum {string}
                         */
                        adapter: "postgres" | "sqlite" | "leveldb" | "cassandra" | "clickhouse" | "dynamodb" | "object-store";
                        /** @default {} */
                        archive: {
                            /** @default 10000 */
                            afterTicks: number | null;
                            /** @default null */
                            quietAfterTicks: number | null;
                            /** @default 0 */
                            quietBelow: number;
                        };
                        cell: "*" | number;
                        /** @default {} */
                        commit: {
                            /** @default null */
                            activityVariance: number | null;
                            /** @default null */
                            maxContributions: number | null;
                            /** @default null */
                            meanActivity: number | null;
                            /** @default 10 */
                            minTicks: number;
                            /**
                             * @default fixed
                             * @enum {string}
                             */
                            strategy: "fixed" | "adaptive" | "hybrid";
                            /** @default 100 */
                            windowTicks: number;
                        };
                        /** @enum {string} */
                        name: "atomic" | "planetary" | "solar" | "galactic" | "universal";
                    },
                    {
                        /**
                         * @default postgres
                         * @enum {string}
                         */
                        adapter: "postgres" | "sqlite" | "leveldb" | "cassandra" | "clickhouse" | "dynamodb" | "object-store";
                        /** @default {} */
                        archive: {
                            /** @default 10000 */
                            afterTicks: number | null;
                            /** @default null */
                            quietAfterTicks: number | null;
                            /** @default 0 */
                            quietBelow: number;
                        };
                        cell: "*" | number;
                        /** @default {} */
                        commit: {
                            /** @default null */
                            activityVariance: number | null;
                            /** @default null */
                            maxContributions: number | null;
                            /** @default null */
                            meanActivity: number | null;
                            /** @default 10 */
                            minTicks: number;
                            /**
                             * @default fixed
                             * @enum {string}
                             */
                            strategy: "fixed" | "adaptive" | "hybrid";
                            /** @default 100 */
                            windowTicks: number;
                        };
                        /** @enum {string} */
                        name: "atomic" | "planetary" | "solar" | "galactic" | "universal";
                    },
                    {
                        /**
                         * @default postgres
                         * @enum {string}
                         */
                        adapter: "postgres" | "sqlite" | "leveldb" | "cassandra" | "clickhouse" | "dynamodb" | "object-store";
                        /** @default {} */
                        archive: {
                            /** @default 10000 */
                            afterTicks: number | null;
                            /** @default null */
                            quietAfterTicks: number | null;
                            /** @default 0 */
                            quietBelow: number;
                        };
                        cell: "*" | number;
                        /** @default {} */
                        commit: {
                            /** @default null */
                            activityVariance: number | null;
                            /** @default null */
                            maxContributions: number | null;
                            /** @default null */
                            meanActivity: number | null;
                            /** @default 10 */
                            minTicks: number;
                            /**
                             * @default fixed
                             * @enum {string}
                             */
                            strategy: "fixed" | "adaptive" | "hybrid";
                            /** @default 100 */
                            windowTicks: number;
                        };
                        /** @enum {string} */
                        name: "atomic" | "planetary" | "solar" | "galactic" | "universal";
                    }
                ] | [
                    {
                        /**
                         * @default postgres
                         * @enum {string}
                         */
                        adapter: "postgres" | "sqlite" | "leveldb" | "cassandra" | "clickhouse" | "dynamodb" | "object-store";
                        /** @default {} */
                        archive: {
                            /** @default 10000 */
                            afterTicks: number | null;
                            /** @default null */
                            quietAfterTicks: number | null;
                            /** @default 0 */
                            quietBelow: number;
                        };
                        cell: "*" | number;
                        /** @default {} */
                        commit: {
                            /** @default null */
                            activityVariance: number | null;
                            /** @default null */
                            maxContributions: number | null;
                            /** @default null */
                            meanActivity: number | null;
                            /** @default 10 */
                            minTicks: number;
                            /**
                             * @default fixed
                             * @enum {string}
                             */
                            strategy: "fixed" | "adaptive" | "hybrid";
                            /** @default 100 */
                            windowTicks: number;
                        };
                        /** @enum {string} */
                        name: "atomic" | "planetary" | "solar" | "galactic" | "universal";
                    },
                    {
                        /**
                         * @default postgres
                         * @enum {string}
                         */
                        adapter: "postgres" | "sqlite" | "leveldb" | "cassandra" | "clickhouse" | "dynamodb" | "object-store";
                        /** @default {} */
                        archive: {
                            /** @default 10000 */
                            afterTicks: number | null;
                            /** @default null */
                            quietAfterTicks: number | null;
                            /** @default 0 */
                            quietBelow: number;
                        };
                        cell: "*" | number;
                        /** @default {} */
                        commit: {
                            /** @default null */
                            activityVariance: number | null;
                            /** @default null */
                            maxContributions: number | null;
                            /** @default null */
                            meanActivity: number | null;
                            /** @default 10 */
                            minTicks: number;
                            /**
                             * @default fixed
                             * @enum {string}
                             */
                            strategy: "fixed" | "adaptive" | "hybrid";
                            /** @default 100 */
                            windowTicks: number;
                        };
                        /** @enum {string} */
                        name: "atomic" | "planetary" | "solar" | "galactic" | "universal";
                    },
                    {
                        /**
                         * @default postgres
                         * @enum {string}
                         */
                        adapter: "postgres" | "sqlite" | "leveldb" | "cassandra" | "clickhouse" | "dynamodb" | "object-store";
                        /** @default {} */
                        archive: {
                            /** @default 10000 */
                            afterTicks: number | null;
                            /** @default null */
                            quietAfterTicks: number | null;
                            /** @default 0 */
                            quietBelow: number;
                        };
                        cell: "*" | number;
                        /** @default {} */
                        commit: {
                            /** @default null */
                            activityVariance: number | null;
                            /** @default null */
                            maxContributions: number | null;
                            /** @default null */
                            meanActivity: number | null;
                            /** @default 10 */
                            minTicks: number;
                            /**
                             * @default fixed
                             * @enum {string}
                             */
                            strategy: "fixed" | "adaptive" | "hybrid";
                            /** @default 100 */
                            windowTicks: number;
                        };
                        /** @enum {string} */
                        name: "atomic" | "planetary" | "solar" | "galactic" | "universal";
                    },
                    {
                        /**
                         * @default postgres
                         * @enum {string}
                         */
                        adapter: "postgres" | "sqlite" | "leveldb" | "cassandra" | "clickhouse" | "dynamodb" | "object-store";
                        /** @default {} */
                        archive: {
                            /** @default 10000 */
                            afterTicks: number | null;
                            /** @default null */
                            quietAfterTicks: number | null;
                            /** @default 0 */
                            quietBelow: number;
                        };
                        cell: "*" | number;
                        /** @default {} */
                        commit: {
                            /** @default null */
                            activityVariance: number | null;
                            /** @default null */
                            maxContributions: number | null;
                            /** @default null */
                            meanActivity: number | null;
                            /** @default 10 */
                            minTicks: number;
                            /**
                             * @default fixed
                             * @enum {string}
                             */
                            strategy: "fixed" | "adaptive" | "hybrid";
                            /** @default 100 */
                            windowTicks: number;
                        };
                        /** @enum {string} */
                        name: "atomic" | "planetary" | "solar" | "galactic" | "universal";
                    },
                    {
                        /**
                         * @default postgres
                         * @enum {string}
                         */
                        adapter: "postgres" | "sqlite" | "leveldb" | "cassandra" | "clickhouse" | "dynamodb" | "object-store";
                        /** @default {} */
                        archive: {
                            /** @default 10000 */
                            afterTicks: number | null;
                            /** @default null */
                            quietAfterTicks: number | null;
                            /** @default 0 */
                            quietBelow: number;
                        };
                        cell: "*" | number;
                        /** @default {} */
                        commit: {
                            /** @default null */
                            activityVariance: number | null;
                            /** @default null */
                            maxContributions: number | null;
                            /** @default null */
                            meanActivity: number | null;
                            /** @default 10 */
                            minTicks: number;
                            /**
                             * @default fixed
                             * @enum {string}
                             */
                            strategy: "fixed" | "adaptive" | "hybrid";
                            /** @default 100 */
                            windowTicks: number;
                        };
                        /** @enum {string} */
                        name: "atomic" | "planetary" | "solar" | "galactic" | "universal";
                    }
                ];
                /** @enum {string} */
                producer?: "physics" | "external" | "none";
                shardCell?: number;
                thermalConserves?: boolean;
                thermalDiffusion?: number;
                ticksKept?: number;
                ticksKeptMb?: number;
                weight?: {
                    /** @constant */
                    function: "linear";
                } | {
                    /** @default 1 */
                    alpha: number;
                    /** @default 1 */
                    beta: number;
                    /** @constant */
                    function: "power";
                } | {
                    /** @default 0.01 */
                    epsilon: number;
                    /** @constant */
                    function: "softFloor";
                };
            };
            physics?: {
                dampingPerSecond?: number;
                defaultActivity?: number;
                defaultJitter?: number;
                defaultMass?: number;
                dtSeconds?: number;
                entanglement?: number;
                gammaCoupling?: number;
                gravity?: number;
                openingAngle?: number;
                paused?: boolean;
                seed?: number;
                softeningUnits?: number;
                ticksPerSecond?: number;
            };
            retention?: {
                chronicles?: {
                    /** @default false */
                    archive: boolean;
                    /** @default null */
                    expireDays: number | null;
                    /** @default null */
                    hotDays: number | null;
                };
                events?: {
                    /** @default false */
                    archive: boolean;
                    /** @default null */
                    expireDays: number | null;
                    /** @default null */
                    hotDays: number | null;
                };
                history?: {
                    /** @default false */
                    archive: boolean;
                    /** @default null */
                    expireDays: number | null;
                    /** @default null */
                    hotDays: number | null;
                };
                legalHold?: string | null;
                sceneSnapshots?: {
                    /** @default false */
                    archive: boolean;
                    /** @default null */
                    expireDays: number | null;
                    /** @default null */
                    hotDays: number | null;
                };
                ticks?: {
                    /** @default null */
                    expireDays: number | null;
                };
            };
            snapshots?: {
                everyMinutes?: number;
                everyUpdates?: number;
            };
            sync?: {
                buildings?: string[];
                bytesPerSecond?: number | null;
                cellExponent?: number;
                digestTicks?: number;
                npcs?: string[];
                resources?: string[];
            };
            training?: {
                cellSizeUnits?: number;
                sacredWeight?: number;
                trainShare?: number;
                validationShare?: number;
            };
        };
        WorldStatistics: {
            /** Format: date-time */
            createdAt: string;
            /** @description Relationships with an end that does not exist */
            danglingRelationships: number;
            /** @description Its entities may not be as its chronicles tell: their projection is off, or failing */
            degraded: boolean;
            entityCount: number;
            name: string;
            /** @description What it was forked of; null for a world of its own */
            parent: {
                name: string;
                /** @description Up to this one its history is the fork’s; reads go there */
                seq: number;
                /** @description Its last tick that is in the fork’s past; null where none could be rebuilt */
                tick: number | null;
                /** Format: uuid */
                worldId: string;
            } | null;
            relationshipCount: number;
            seq: number;
            settings: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            updatedAt: string;
            /** Format: uuid */
            worldId: string;
        };
        WriteAnswer: {
            events: number | null;
            requestId: string;
            /** @description The world’s seq after it; null while it waits */
            seq: number | null;
            /** @enum {string} */
            status: "applied" | "waiting";
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    requestErasure: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description To erase it in the world and in all that were forked of it */
                    entityId?: string;
                    /** @description For the certificate */
                    reason: string;
                    /**
                     * @description To erase all that the tenant has
                     * @constant
                     */
                    tenant?: true;
                    /** @description Whose entity it is */
                    world?: string;
                };
            };
        };
        responses: {
            /** @description It will be done: GET /admin/erasures/{id} says how far it is */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Erasure"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:admin */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such world */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A hold keeps it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getErasure: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The erasure */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Erasure"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:admin */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    forkWorld: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The world as it stood at this seq; default: as it stands */
                    atSeq?: number;
                    /**
                     * Format: uuid
                     * @description The world as it stood when this commit was made
                     */
                    commitId?: string;
                    /** @description Of the fork */
                    name: string;
                    /** @description The world to fork */
                    world: string;
                };
            };
        };
        responses: {
            /** @description The fork */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ForkAnswer"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:admin */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such world or commit */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The name is taken, or commits that are needed are in the archive */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The world as of then is kept no longer; oldestSeq says what is */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    archiveLedger: {
        parameters: {
            query: {
                /** @description Commits whose spans end before this tick */
                beforeEpoch: string;
                /** @description Layer of the ledger */
                layer: "atomic" | "planetary" | "solar" | "galactic" | "universal";
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It will be done: GET /admin/ledger/jobs/{id} says when it is */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerJob"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:admin */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listLedgerJobs: {
        parameters: {
            query?: {
                /** @description From the Link header of the page before */
                cursor?: string;
                limit?: string;
                status?: "waiting" | "running" | "done" | "failed";
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Jobs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        jobs: components["schemas"]["LedgerJob"][];
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:admin */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLedgerJob: {
        parameters: {
            query?: {
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerJob"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:admin */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseLedger: {
        parameters: {
            query: {
                /** @description Layer of the ledger */
                layer: "atomic" | "planetary" | "solar" | "galactic" | "universal";
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so, or was already */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PausedLayer"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:admin */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The world’s ledger has no such layer yet */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayLedger: {
        parameters: {
            query?: {
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: uuid
                     * @description The first commit
                     */
                    from: string;
                    /**
                     * @description Layer of the ledger
                     * @enum {string}
                     */
                    layer: "atomic" | "planetary" | "solar" | "galactic" | "universal";
                    /**
                     * Format: uuid
                     * @description The last commit, of the same chain
                     */
                    to: string;
                };
            };
        };
        responses: {
            /** @description It will be done: GET /admin/ledger/jobs/{id} says when it is */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerJob"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:admin */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restoreLedger: {
        parameters: {
            query?: {
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: uuid
                     * @description Of an archive, as GET /commit/{commitId} has it
                     */
                    pointer: string;
                };
            };
        };
        responses: {
            /** @description It will be done: GET /admin/ledger/jobs/{id} says when it is */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerJob"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:admin */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeLedger: {
        parameters: {
            query: {
                /** @description Layer of the ledger */
                layer: "atomic" | "planetary" | "solar" | "galactic" | "universal";
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so, or was already */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PausedLayer"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:admin */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The world’s ledger has no such layer yet */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    verifyLedger: {
        parameters: {
            query?: {
                /** @description Only this layer; default: all */
                layer?: "atomic" | "planetary" | "solar" | "galactic" | "universal";
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It will be done: GET /admin/ledger/jobs/{id} says when it is */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerJob"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:admin */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listChronicles: {
        parameters: {
            query?: {
                /** @description From the Link header of the page before */
                cursor?: string;
                limit?: string;
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Chronicles */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        chronicles: components["schemas"]["Chronicle"][];
                        seq: number;
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createChronicle: {
        parameters: {
            query?: {
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Shown to people
                     * @default
                     */
                    description?: string;
                    /** @description Unique in its world */
                    id: string;
                    /** @description Default: the id */
                    title?: string;
                };
            };
        };
        responses: {
            /** @description Applied, or everything already was so */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description Accepted: the database is away, it is applied in order when it is back */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:write */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is one of that id, with another title or description */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getChronicle: {
        parameters: {
            query?: {
                asOf?: string;
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path: {
                /** @description Unique in its world */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The chronicle */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Chronicle"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    askContext: {
        parameters: {
            query?: {
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path: {
                /** @description Unique in its world */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    asOf?: number;
                    /**
                     * @description Who is asked about, whatever is found
                     * @default []
                     */
                    entities?: string[];
                    /** @description ISO 8601 with an offset; years of six digits and a sign reach from -004712 to +275760 */
                    from?: string;
                    question: string;
                    /**
                     * @description Of surroundings, in world units
                     * @default 100
                     */
                    radius?: number;
                    /** @description ISO 8601 with an offset; years of six digits and a sign reach from -004712 to +275760 */
                    to?: string;
                    /**
                     * @description Of the text: one token for each three bytes of UTF-8
                     * @default 4000
                     */
                    tokenBudget?: number;
                };
            };
        };
        responses: {
            /** @description A bundle, each item with its citations */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContextBundle"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    checkChronicleConsistency: {
        parameters: {
            query?: {
                asOf?: string;
                entity?: string;
                limit?: string;
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path: {
                /** @description Unique in its world */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Contradictions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Events */
                        checked: number;
                        contradictions: {
                            [key: string]: unknown;
                        }[];
                        /** @description Entities could not be asked: the answer was dug out of the chronicles alone */
                        degraded: boolean;
                        /** @description Of the last one that entities have taken up */
                        projectedSeq: number;
                        /** @enum {string} */
                        reason?: "off" | "failing" | "unreadable";
                        /** @description Of the last event of the log that recorded chronicle events */
                        recordedSeq: number;
                        /** @description What was read */
                        seq: number;
                        /** @enum {string} */
                        source: "ecs" | "chronicle";
                        /** @description More is told, or more contradicts itself, than is answered */
                        truncated: boolean;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listChronicleEntities: {
        parameters: {
            query?: {
                asOf?: string;
                /** @description From the Link header of the page before */
                cursor?: string;
                limit?: string;
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path: {
                /** @description Unique in its world */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Actors and their entities */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Entities could not be asked: the answer was dug out of the chronicles alone */
                        degraded: boolean;
                        entities: {
                            [key: string]: unknown;
                        }[];
                        /** @description Of the last one that entities have taken up */
                        projectedSeq: number;
                        /** @enum {string} */
                        reason?: "off" | "failing" | "unreadable";
                        /** @description Of the last event of the log that recorded chronicle events */
                        recordedSeq: number;
                        /** @description What was read */
                        seq: number;
                        /** @enum {string} */
                        source: "ecs" | "chronicle";
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listChronicleEvents: {
        parameters: {
            query?: {
                action?: string;
                /** @description Name or entity id */
                actor?: string;
                asOf?: string;
                /** @description From the Link header of the page before */
                cursor?: string;
                from?: string;
                keyword?: string;
                limit?: string;
                modality?: "actual" | "reported" | "believed" | "rumored" | "planned" | "hypothetical" | "imagined";
                /** @description Of the story’s time */
                order?: "asc" | "desc";
                /** @description Words as of a web search: `lamp -oil "old harbour"`; in summary, names, keywords, and texts of data */
                q?: string;
                source?: string;
                to?: string;
                type?: string;
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path: {
                /** @description Unique in its world */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events; seq: what was read */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Entities may not be as told: their projection fails, or is switched off
                         * @constant
                         */
                        degraded?: true;
                        events: components["schemas"]["ChronicleEventRecord"][];
                        seq: number;
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    recordChronicleEvents: {
        parameters: {
            query?: {
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path: {
                /** @description Unique in its world */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
                "application/x-ndjson": string;
            };
        };
        responses: {
            /** @description Recorded, or there before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordedChronicleEvents"];
                };
            };
            /** @description Accepted: the database is away, it is applied in order when it is back */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordedChronicleEvents"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:write */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An event of that id is there with other content, or was retracted */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getChronicleEvent: {
        parameters: {
            query?: {
                asOf?: string;
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path: {
                /** @description The caller’s; unique in its chronicle */
                eventId: string;
                /** @description Unique in its world */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The event */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChronicleEventRecord"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeChronicleEvent: {
        parameters: {
            query?: {
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path: {
                /** @description The caller’s; unique in its chronicle */
                eventId: string;
                /** @description Unique in its world */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChronicleEvent"];
            };
        };
        responses: {
            /** @description Applied, or everything already was so */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description Accepted: the database is away, it is applied in order when it is back */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:write */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The event was retracted */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retractChronicleEvent: {
        parameters: {
            query?: {
                reason?: string;
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path: {
                /** @description The caller’s; unique in its chronicle */
                eventId: string;
                /** @description Unique in its world */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Applied, or everything already was so */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description Accepted: the database is away, it is applied in order when it is back */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:write */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getChronicleEventCauses: {
        parameters: {
            query?: {
                depth?: string;
                /** @description up: what led to it; down: what it led to */
                direction?: "up" | "down";
                /** @description Events at most */
                limit?: string;
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path: {
                /** @description The caller’s; unique in its chronicle */
                eventId: string;
                /** @description Unique in its world */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A graph of events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CausalGraph"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getChronicleEventHistory: {
        parameters: {
            query?: {
                /** @description From the Link header of the page before */
                cursor?: string;
                limit?: string;
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path: {
                /** @description The caller’s; unique in its chronicle */
                eventId: string;
                /** @description Unique in its world */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its versions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        versions: components["schemas"]["ChronicleEventRecord"][];
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getChronicleRelationships: {
        parameters: {
            query?: {
                asOf?: string;
                /** @description From the Link header of the page before */
                cursor?: string;
                /** @description One end */
                entity?: string;
                limit?: string;
                minStrength?: string;
                type?: string;
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path: {
                /** @description Unique in its world */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nodes and edges */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Entities could not be asked: the answer was dug out of the chronicles alone */
                        degraded: boolean;
                        edges: {
                            [key: string]: unknown;
                        }[];
                        nodes: {
                            [key: string]: unknown;
                        }[];
                        /** @description Of the last one that entities have taken up */
                        projectedSeq: number;
                        /** @enum {string} */
                        reason?: "off" | "failing" | "unreadable";
                        /** @description Of the last event of the log that recorded chronicle events */
                        recordedSeq: number;
                        /** @description What was read */
                        seq: number;
                        /** @enum {string} */
                        source: "ecs" | "chronicle";
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    mergeChronicleEntities: {
        parameters: {
            query?: {
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Unique in its world */
                    from: string;
                    /** @description Unique in its world */
                    into: string;
                };
            };
        };
        responses: {
            /** @description Noted; entities follow with the next projection */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Counts up in its world */
                        operation: number;
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:write */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such world, entity or event */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The world has 10000 merges and splits, as many as it may */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    splitChronicleEntity: {
        parameters: {
            query?: {
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Unique in its world */
                    entityId: string;
                    events: {
                        /** @description Unique in its world */
                        chronicleId: string;
                        /** @description The caller’s; unique in its chronicle */
                        eventId: string;
                    }[];
                    /** @description Unique in its world */
                    newEntityId: string;
                };
            };
        };
        responses: {
            /** @description Noted; entities follow with the next projection */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Counts up in its world */
                        operation: number;
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:write */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such world, entity or event */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The world has 10000 merges and splits, as many as it may */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getChronicleProjection: {
        parameters: {
            query?: {
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The projection */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChronicleProjection"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getChronicleRules: {
        parameters: {
            query?: {
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The rules */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChronicleRules"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putChronicleRules: {
        parameters: {
            query?: {
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    rules: {
                        action: string;
                        effects: ({
                            /** @description The engine’s class */
                            component: string;
                            data: Record<string, never>;
                            /** @constant */
                            do: "set-component";
                            of: string;
                        } | {
                            /** @description The engine’s class */
                            component: string;
                            /** @constant */
                            do: "merge-component";
                            of: string;
                            patch: Record<string, never>;
                        } | {
                            /** @description The engine’s class */
                            component: string;
                            /** @constant */
                            do: "remove-component";
                            of: string;
                        } | {
                            /** @constant */
                            do: "add-items";
                            of: string;
                        } | {
                            /** @constant */
                            do: "remove-items";
                            of: string;
                        } | {
                            amount: number | {
                                data: string;
                                default: number;
                                times?: number;
                            };
                            /** @constant */
                            do: "change-gold";
                            of: string;
                        } | {
                            amount: number | {
                                data: string;
                                default: number;
                                times?: number;
                            };
                            /** @constant */
                            do: "change-health";
                            of: string;
                        } | {
                            amount: number | {
                                data: string;
                                default: number;
                                times?: number;
                            };
                            /** @constant */
                            do: "set-health";
                            of: string;
                        } | {
                            /** @constant */
                            do: "set-status";
                            of: string;
                            state: string;
                        } | {
                            /** @constant */
                            do: "locate";
                            of: string;
                        } | {
                            /** @constant */
                            do: "relate";
                            from: string;
                            /** @description Of a relationship; a weight in its motif */
                            strength?: number;
                            to: string;
                            /** @description `hierarchy` makes the source the parent of the target */
                            type: string;
                        } | {
                            /** @constant */
                            do: "unrelate";
                            from: string;
                            to: string;
                            /** @description `hierarchy` makes the source the parent of the target */
                            type: string;
                        } | {
                            amount: number | {
                                data: string;
                                default: number;
                                times?: number;
                            };
                            /** @constant */
                            do: "change-relationship";
                            from: string;
                            to: string;
                            /** @description `hierarchy` makes the source the parent of the target */
                            type: string;
                        })[];
                        /** @default {} */
                        roles?: {
                            [key: string]: string[];
                        };
                        /** @default [] */
                        synonyms?: string[];
                    }[];
                };
            };
        };
        responses: {
            /** @description Stored; entities follow when everything has been derived anew */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        rebuildDue: true;
                        rules: number;
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:admin */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEntityTimeline: {
        parameters: {
            query?: {
                asOf?: string;
                /** @description From the Link header of the page before */
                cursor?: string;
                from?: string;
                limit?: string;
                to?: string;
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path: {
                /** @description Unique in its world */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events of chronicles, and changes of the world that no chronicle event caused */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        changes: {
                            [key: string]: unknown;
                        }[];
                        /** @description Entities could not be asked: the answer was dug out of the chronicles alone */
                        degraded: boolean;
                        events: {
                            [key: string]: unknown;
                        }[];
                        /** @description Of the last one that entities have taken up */
                        projectedSeq: number;
                        /** @enum {string} */
                        reason?: "off" | "failing" | "unreadable";
                        /** @description Of the last event of the log that recorded chronicle events */
                        recordedSeq: number;
                        /** @description What was read */
                        seq: number;
                        /** @enum {string} */
                        source: "ecs" | "chronicle";
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    askCharactersAtPlace: {
        parameters: {
            query: {
                asOf?: string;
                /** @description Default: any */
                class?: string;
                /** @description toward: who trusts `of`; from: whom `of` trusts */
                direction?: "toward" | "from";
                limit?: string;
                /** @description Id of an entity, or its name where no other has it */
                of: string;
                over?: string;
                /** @description Id of an entity, or its name where no other has it */
                place: string;
                radius?: string;
                type?: string;
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer; docs/questions.md says what is in it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Entities could not be asked: the answer was dug out of the chronicles alone */
                        degraded: boolean;
                        /** @description Of the last one that entities have taken up */
                        projectedSeq: number;
                        /** @enum {string} */
                        reason?: "off" | "failing" | "unreadable";
                        /** @description Of the last event of the log that recorded chronicle events */
                        recordedSeq: number;
                        /** @description What was read */
                        seq: number;
                        /** @enum {string} */
                        source: "ecs" | "chronicle";
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    askItemHolders: {
        parameters: {
            query: {
                asOf?: string;
                /** @description Id of an entity, or a name however it is written */
                item: string;
                limit?: string;
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer; docs/questions.md says what is in it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Entities could not be asked: the answer was dug out of the chronicles alone */
                        degraded: boolean;
                        /** @description Of the last one that entities have taken up */
                        projectedSeq: number;
                        /** @enum {string} */
                        reason?: "off" | "failing" | "unreadable";
                        /** @description Of the last event of the log that recorded chronicle events */
                        recordedSeq: number;
                        /** @description What was read */
                        seq: number;
                        /** @enum {string} */
                        source: "ecs" | "chronicle";
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    askPresentAt: {
        parameters: {
            query: {
                asOf?: string;
                /** @description Unique in its world */
                chronicle: string;
                /** @description The caller’s; unique in its chronicle */
                event: string;
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer; docs/questions.md says what is in it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Entities could not be asked: the answer was dug out of the chronicles alone */
                        degraded: boolean;
                        /** @description Of the last one that entities have taken up */
                        projectedSeq: number;
                        /** @enum {string} */
                        reason?: "off" | "failing" | "unreadable";
                        /** @description Of the last event of the log that recorded chronicle events */
                        recordedSeq: number;
                        /** @description What was read */
                        seq: number;
                        /** @enum {string} */
                        source: "ecs" | "chronicle";
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    askRelationshipChanges: {
        parameters: {
            query: {
                /** @description Id of an entity, or its name where no other has it */
                a: string;
                asOf?: string;
                /** @description Id of an entity, or its name where no other has it */
                b: string;
                limit?: string;
                type?: string;
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer; docs/questions.md says what is in it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Entities could not be asked: the answer was dug out of the chronicles alone */
                        degraded: boolean;
                        /** @description Of the last one that entities have taken up */
                        projectedSeq: number;
                        /** @enum {string} */
                        reason?: "off" | "failing" | "unreadable";
                        /** @description Of the last event of the log that recorded chronicle events */
                        recordedSeq: number;
                        /** @description What was read */
                        seq: number;
                        /** @enum {string} */
                        source: "ecs" | "chronicle";
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    askWhatHappened: {
        parameters: {
            query: {
                asOf?: string;
                /** @description Id of an entity, or its name where no other has it */
                entity: string;
                from?: string;
                limit?: string;
                to?: string;
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer; docs/questions.md says what is in it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Entities could not be asked: the answer was dug out of the chronicles alone */
                        degraded: boolean;
                        /** @description Of the last one that entities have taken up */
                        projectedSeq: number;
                        /** @enum {string} */
                        reason?: "off" | "failing" | "unreadable";
                        /** @description Of the last event of the log that recorded chronicle events */
                        recordedSeq: number;
                        /** @description What was read */
                        seq: number;
                        /** @enum {string} */
                        source: "ecs" | "chronicle";
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    askWithinOfEvent: {
        parameters: {
            query: {
                asOf?: string;
                /** @description Unique in its world */
                chronicle: string;
                /** @description The caller’s; unique in its chronicle */
                event: string;
                limit?: string;
                /** @description World units */
                radius: string;
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer; docs/questions.md says what is in it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Entities could not be asked: the answer was dug out of the chronicles alone */
                        degraded: boolean;
                        /** @description Of the last one that entities have taken up */
                        projectedSeq: number;
                        /** @enum {string} */
                        reason?: "off" | "failing" | "unreadable";
                        /** @description Of the last event of the log that recorded chronicle events */
                        recordedSeq: number;
                        /** @description What was read */
                        seq: number;
                        /** @enum {string} */
                        source: "ecs" | "chronicle";
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /** @description From the Link header of the page before */
                cursor?: string;
                /** @description At or after this time */
                from?: string;
                limit?: string;
                /** @description At or before this time */
                to?: string;
                /** @description Only actions on the world of this name */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Entries; Link: rel="next" where there are more */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entries: components["schemas"]["AuditEntry"][];
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:admin */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCommit: {
        parameters: {
            query?: {
                /** @description From the Link header of the page before */
                cursor?: string;
                limit?: string;
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path: {
                commitId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The commit; Link: rel="next" where it has more entries */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Commit"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    forceCommit: {
        parameters: {
            query?: {
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Where they end */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ForcedCommit"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:admin */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The world has no ticks yet */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCommits: {
        parameters: {
            query?: {
                /** @description From the Link header of the page before */
                cursor?: string;
                /** @description Spans that end at or after this tick */
                fromEpoch?: string;
                /** @description Default: the finest one of the world’s settings */
                layer?: "atomic" | "planetary" | "solar" | "galactic" | "universal";
                limit?: string;
                /** @description Only the chain of this shard: a region, or `*` */
                shard?: string;
                /** @description Spans that end at or before this tick */
                toEpoch?: string;
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Heads; Link: rel="next" where there are more */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        commits: components["schemas"]["CommitHead"][];
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getCosts: {
        parameters: {
            query?: {
                /** @description From the Link header of the page before */
                cursor?: string;
                /** @description Default: 30 days before `to` */
                from?: string;
                limit?: string;
                /** @description Default: now */
                to?: string;
                /** @description Only this world */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description World by world, in order of name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Costs"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:admin */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    commandEntity: {
        parameters: {
            query?: {
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path: {
                /** @description Unique in its world */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    cmd: "setActivity";
                    params: {
                        /**
                         * @description The activity gets there by equal steps in so many ticks; 0: at the next one
                         * @default 0
                         */
                        rampTicks?: number;
                        /** @description What the activity becomes */
                        value: number;
                    };
                } | {
                    /** @constant */
                    cmd: "spawn";
                    params: {
                        /**
                         * @description The engine’s class
                         * @default Part
                         */
                        classType?: string;
                        /** @description Default: the id */
                        name?: string;
                        /** @default {} */
                        parameters?: Record<string, never>;
                        /** @description x, y, z in world units */
                        position: [
                            number,
                            number,
                            number
                        ];
                    };
                } | {
                    /** @constant */
                    cmd: "despawn";
                    /** @default {} */
                    params?: Record<string, never>;
                } | {
                    /** @constant */
                    cmd: "freeze";
                    /** @default {} */
                    params?: {
                        /** @default true */
                        frozen?: boolean;
                    };
                } | {
                    /** @constant */
                    cmd: "setJitter";
                    params: {
                        /** @description Acceleration noise, units per second squared */
                        value: number;
                    };
                } | {
                    /** @constant */
                    cmd: "move";
                    params: {
                        /** @description x, y, z in world units */
                        position: [
                            number,
                            number,
                            number
                        ];
                    };
                };
            };
        };
        responses: {
            /** @description Applied, or everything already was so */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description Accepted: the database is away, it is applied in order when it is back */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:write */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEntityState: {
        parameters: {
            query?: {
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path: {
                /** @description Unique in its world */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its state */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntityState"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such world, or nothing is known of the entity */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDatasets: {
        parameters: {
            query?: {
                /** @description From the Link header of the page before */
                cursor?: string;
                limit?: string;
            };
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                space: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Without their files */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        datasets: components["schemas"]["ListedDataset"][];
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDataset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                /** @description Name of the world, unique among the tenant’s */
                space: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The dataset */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dataset"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDatasetFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                file: string;
                id: string;
                /** @description Name of the world, unique among the tenant’s */
                space: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such file, or not yet */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stopDataset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                /** @description Name of the world, unique among the tenant’s */
                space: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The dataset */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dataset"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:write */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listFluxEntities: {
        parameters: {
            query?: {
                /** @description From the Link header of the page before */
                cursor?: string;
                /** @description Depth in the hierarchy; 0: no parent */
                depth?: string;
                flux?: string;
                /** @description Entities that were made as they are at or after this time */
                from?: string;
                limit?: string;
                /** @description This entity and those below it */
                subtree?: string;
                /** @description The space as it stood at this time; default: as it stands */
                to?: string;
            };
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                space: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Entities; seq: what was read */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entities: components["schemas"]["FluxEntity"][];
                        seq: number;
                        space_name: string;
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    searchEpochs: {
        parameters: {
            query?: {
                /** @description true: also those that were merged into others */
                consolidated?: "true" | "false";
                /** @description From the Link header of the page before */
                cursor?: string;
                /** @description Epochs that reach to this time or beyond */
                from?: string;
                limit?: string;
                /** @description Of the epoch’s quality score */
                min_quality?: string;
                /** @description Names, separated by commas (a name with a comma in it: ask for it alone by its path); default: all */
                spaces?: string;
                /** @description Epochs that begin at or before this time */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Epochs, those that begin last first, without snapshot_ids */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        epochs: components["schemas"]["ListedEpoch"][];
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEpochs: {
        parameters: {
            query?: {
                /** @description true: also those that were merged into others */
                consolidated?: "true" | "false";
                /** @description From the Link header of the page before */
                cursor?: string;
                /** @description Epochs that reach to this time or beyond */
                from?: string;
                limit?: string;
                /** @description Of the epoch’s quality score */
                min_quality?: string;
                /** @description Epochs that begin at or before this time */
                to?: string;
            };
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                space: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Epochs, those that begin last first, without snapshot_ids */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        epochs: components["schemas"]["ListedEpoch"][];
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createEpoch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                space: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description In units; default: the setting training.cellSizeUnits of the space */
                    cell_size?: number;
                    /**
                     * Format: date-time
                     * @description At or before this time
                     */
                    end_time: string;
                    /** @default {} */
                    filters?: components["schemas"]["EpochFilters"];
                    /**
                     * Format: date-time
                     * @description Scene snapshots at or after this time
                     */
                    start_time: string;
                };
            };
        };
        responses: {
            /** @description The epoch; the same X-Request-Id again: the same one */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Epoch"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:write */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEpoch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                /** @description Name of the world, unique among the tenant’s */
                space: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The epoch */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Epoch"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createDataset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                /** @description Name of the world, unique among the tenant’s */
                space: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Entities at this depth of the hierarchy */
                    depth?: number;
                    /**
                     * @description true: also the scene snapshots that are cut after those of the epoch, as they come
                     * @default false
                     */
                    follow?: boolean;
                    /**
                     * @default parquet
                     * @enum {string}
                     */
                    format?: "ndjson" | "parquet";
                    /** @description Of samples at flux position 3, 6 or 9; default: as the epoch has it */
                    sacred_weight?: number;
                    /**
                     * @description all; or size samples of each snapshot: weighted, or shared out evenly among classes (balanced), depths or subtrees of the roots
                     * @default all
                     * @enum {string}
                     */
                    sampling?: "all" | "weighted" | "balanced" | "by-depth" | "by-subtree";
                    /**
                     * @description Decides which samples are drawn, not which split they are in
                     * @default 0
                     */
                    seed?: number;
                    /** @description Samples of each snapshot; not with sampling=all */
                    size?: number;
                    /**
                     * @description Default: all three; an entity is in one split in every snapshot
                     * @enum {string}
                     */
                    split?: "train" | "validation" | "test";
                    /** @description This entity and those below it, as of each snapshot */
                    subtree?: string;
                };
            };
        };
        responses: {
            /** @description It was written before: the same request is the same dataset */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListedDataset"];
                };
            };
            /** @description It is being written: its status says when that is done */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListedDataset"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:write */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSamples: {
        parameters: {
            query?: {
                /** @description snapshot:entity_id of the last sample that you have; also in the Link header */
                cursor?: string;
                /** @description Entities at this depth of the hierarchy */
                depth?: string;
                format?: "ndjson" | "parquet";
                /** @description Samples of this answer; default: all that come after the cursor, streamed */
                limit?: string;
                /** @description Of samples at flux position 3, 6 or 9; default: as the epoch has it */
                sacred_weight?: string;
                /** @description all; or size samples of each snapshot: weighted, or shared out evenly among classes (balanced), depths or subtrees of the roots */
                sampling?: "all" | "weighted" | "balanced" | "by-depth" | "by-subtree";
                /** @description Decides which samples are drawn, not which split they are in */
                seed?: string;
                /** @description Samples of each snapshot; not with sampling=all */
                size?: string;
                /** @description Default: all three; an entity is in one split in every snapshot */
                split?: "train" | "validation" | "test";
                /** @description This entity and those below it, as of each snapshot */
                subtree?: string;
            };
            header?: never;
            path: {
                id: string;
                /** @description Name of the world, unique among the tenant’s */
                space: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description application/x-ndjson, or one file of application/vnd.apache.parquet */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many strata */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    consolidateEpochs: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                space: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: date-time */
                    from?: string;
                    /** Format: date-time */
                    to?: string;
                };
            };
        };
        responses: {
            /** @description The new epochs; what they were made of stays, marked by consolidated_into */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        epochs: components["schemas"]["Epoch"][];
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:write */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Another request merges the same ones */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestBatch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default [] */
                    connections?: components["schemas"]["EngineConnection"][];
                    entities?: components["schemas"]["EngineEntity"][];
                    /** @description Name of the world, unique among the tenant’s */
                    space_name: string;
                };
            };
        };
        responses: {
            /** @description Batch ingested: it is in the log, or everything already was so */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngestAnswer"];
                };
            };
            /** @description Accepted: the database is away, the request is applied in order when it is back */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngestAnswer"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:write */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestConnection: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    connection: components["schemas"]["EngineConnection"];
                    /** @description Name of the world, unique among the tenant’s */
                    space_name: string;
                };
            };
        };
        responses: {
            /** @description Connection ingested: it is in the log, or everything already was so */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngestAnswer"];
                };
            };
            /** @description Accepted: the database is away, the request is applied in order when it is back */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngestAnswer"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:write */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestEntity: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    entity: components["schemas"]["EngineEntity"];
                    /** @description Name of the world, unique among the tenant’s */
                    space_name: string;
                };
            };
        };
        responses: {
            /** @description Entity ingested: it is in the log, or everything already was so */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngestAnswer"];
                };
            };
            /** @description Accepted: the database is away, the request is applied in order when it is back */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngestAnswer"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:write */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestParameter: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Unique in its world */
                    entity_id: string;
                    /** @description Name of a parameter */
                    parameter_name: string;
                    /** @description Name of the world, unique among the tenant’s */
                    space_name: string;
                    value: unknown;
                };
            };
        };
        responses: {
            /** @description Parameter updated: it is in the log, or everything already was so */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngestAnswer"];
                };
            };
            /** @description Accepted: the database is away, the request is applied in order when it is back */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngestAnswer"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:write */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    takeSnapshot: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                space: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Snapshot created */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngestAnswer"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:write */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSnapshots: {
        parameters: {
            query?: {
                cursor?: string;
                /** @description At or after this time */
                from?: string;
                limit?: string;
                /** @description JSON object that the metadata must contain, e.g. {"hierarchy_depth":3} */
                metadata?: string;
                /** @description At or before this time */
                to?: string;
                view?: "full" | "summary";
            };
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                space: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Snapshots; Link: rel="next" where there are more */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SceneSnapshot"][];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSnapshot: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                /** @description Name of the world, unique among the tenant’s */
                space: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The full snapshot */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SceneSnapshot"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestStatistics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Statistics */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngestStatistics"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    streamEvents: {
        parameters: {
            query?: {
                /** @description Only entities in the box: x,y,z,x,y,z, borders included */
                box?: string;
                /** @description limited: what is visible; full: every field */
                cast?: "limited" | "full";
                /** @description Only entities of these classes */
                class?: string;
                /** @description Of the components of registered types, only these */
                components?: string;
                /** @description With gzip where Accept-Encoding allows it; default not, whatever that allows */
                compress?: "gzip";
                /** @description Where to go on, as the header Last-Event-ID; default now */
                cursor?: string;
                /** @description Also cells of side 2^far units outside of the filter, summed up */
                far?: string;
                /** @description Only entities about this one; needs radius */
                follow?: string;
                radius?: string;
                /** @description Frames a second at most */
                rate?: string;
                /** @description Only entities in the sphere: x,y,z,r */
                sphere?: string;
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description text/event-stream, or with Accept: application/vnd.orrery.sync MessagePack */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gammaOfCommit: {
        parameters: {
            query?: {
                /** @description Cells of side 2^cell units, or `*`; default: those of the layer, and none finer */
                cell?: string;
                /** @description From the Link header of the page before */
                cursor?: string;
                limit?: string;
                /** @description Cells in this region; default: all */
                region?: string;
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path: {
                commitId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The cells; for ever the same once the window has its manifest, as Cache-Control says */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Gamma"];
                };
            };
            /** @description What If-None-Match names has not changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    currentGamma: {
        parameters: {
            query?: {
                /** @description Cells of side 2^cell units, or `*`; default: those of the layer, and none finer */
                cell?: string;
                /** @description From the Link header of the page before */
                cursor?: string;
                /** @description Default: the finest one of the world’s settings */
                layer?: "atomic" | "planetary" | "solar" | "galactic" | "universal";
                limit?: string;
                /** @description Cells in this region; default: all */
                region?: string;
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The cells; ETag changes when one of them does */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Gamma"];
                };
            };
            /** @description What If-None-Match names has not changed */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The parts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLedgerStatus: {
        parameters: {
            query?: {
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The ledger */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerStatus"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    mcp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A notification was taken */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    nearIn: {
        parameters: {
            query: {
                /** @description How many, nearest first */
                k?: string;
                /** @description Radius in units */
                r?: string;
                /** @description Or the header X-World; default `default` */
                world?: string;
                x: string;
                y: string;
                z: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Entities */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Near"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRequest: {
        parameters: {
            query?: {
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path: {
                /** @description Unique in its world */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its outcome, or that it waits for the database, or is a fork that is being made */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestOutcome"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateSealingKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key that seals now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        keyId: string;
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:admin */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postTicks: {
        parameters: {
            query?: {
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description In any order */
                    ticks: components["schemas"]["EntityTick"][];
                    /** @description Every tick up to this one has been posted: what comes later counts as a correction. Default: the highest tickId less the world’s ledger.latenessTicks */
                    watermark?: number;
                };
            };
        };
        responses: {
            /** @description The ticks are kept */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TakenTicks"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:write */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such world */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The world’s ledger.producer is not external, or its ledger has no layers */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Database or object store cannot be reached; nothing was taken */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    initWorld: {
        parameters: {
            query?: {
                /** @description Only entities in the box: x,y,z,x,y,z, borders included */
                box?: string;
                /** @description Only entities of these classes */
                class?: string;
                /** @description Of the components of registered types, only these */
                components?: string;
                /** @description Only entities about this one; needs radius */
                follow?: string;
                radius?: string;
                /** @description Only entities in the sphere: x,y,z,r */
                sphere?: string;
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One JSON object, or with Accept: application/x-ndjson its entities as lines */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTickSnapshots: {
        parameters: {
            query: {
                /** @description Only entities in the box: x,y,z,x,y,z, borders included */
                box?: string;
                /** @description Only entities of these classes */
                class?: string;
                /** @description Of the components of registered types, only these */
                components?: string;
                from: string;
                /** @description Only entities in the sphere: x,y,z,r */
                sphere?: string;
                to: string;
                /** @description Or the header X-World; default `default` */
                world?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Tick snapshots, and which ticks have none of their own */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description from has expired; oldest is the oldest tick that is held */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWorlds: {
        parameters: {
            query?: {
                /** @description From the Link header of the page before */
                cursor?: string;
                limit?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Worlds */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        worlds: components["schemas"]["World"][];
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createWorld: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Name of the world, unique among the tenant’s */
                    name: string;
                    /** @default {} */
                    settings?: components["schemas"]["WorldSettings"];
                };
            };
        };
        responses: {
            /** @description Applied, or everything already was so */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description Accepted: the database is away, it is applied in order when it is back */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:admin */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    diffWorlds: {
        parameters: {
            query?: {
                atA?: string;
                atB?: string;
                /** @description From the Link header of the page before */
                cursor?: string;
                limit?: string;
            };
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                a: string;
                /** @description Name of the world, unique among the tenant’s */
                b: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of what differs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorldDiff"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWorld: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The world */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorldStatistics"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    box: {
        parameters: {
            query: {
                limit?: string;
                /** @description Highest corner x,y,z in units */
                max: string;
                /** @description Lowest corner x,y,z in units */
                min: string;
            };
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Entities */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Box"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listComponentTypes: {
        parameters: {
            query?: {
                asOf?: string;
            };
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Component types; seq: of the event that registered it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        builtin: {
                            [key: string]: unknown;
                        }[];
                        registered: {
                            [key: string]: unknown;
                        }[];
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    registerComponentType: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ComponentType"];
            };
        };
        responses: {
            /** @description Applied, or everything already was so */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description Accepted: the database is away, it is applied in order when it is back */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:admin */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    writeComponents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    operations: ({
                        data: Record<string, never>;
                        /** @description Unique in its world */
                        entityId: string;
                        /** @constant */
                        op: "set";
                        /** @description Name of a component type */
                        type: string;
                    } | {
                        data: Record<string, never>;
                        /** @description Unique in its world */
                        entityId: string;
                        /** @constant */
                        op: "merge";
                        /** @description Name of a component type */
                        type: string;
                    } | {
                        /** @description Unique in its world */
                        entityId: string;
                        /** @constant */
                        op: "remove";
                        /** @description Name of a component type */
                        type: string;
                    } | {
                        component?: {
                            exists?: boolean;
                            /** @description A path of keys and indexes, such as items.0.name */
                            field?: string;
                            /** @enum {string} */
                            op?: "=" | "!=" | "<" | "<=" | ">" | ">=";
                            seq?: number;
                            /** @description Name of a component type */
                            type: string;
                            value?: unknown;
                        };
                        /** @description Unique in its world */
                        entityId: string;
                        exists?: boolean;
                        /** @constant */
                        op: "expect";
                        seq?: number;
                    })[];
                };
            };
        };
        responses: {
            /** @description Applied, or everything already was so */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description Accepted: the database is away, it is applied in order when it is back */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:write */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeadLetters: {
        parameters: {
            query?: {
                /** @description From the Link header of the page before */
                cursor?: string;
                destination?: string;
                limit?: string;
            };
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Letters; Link: rel="next" where there are more */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        counts: {
                            count: number;
                            destination: string;
                            /** Format: date-time */
                            oldestAt: string;
                        }[];
                        letters: components["schemas"]["DeadLetter"][];
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:admin */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    discardDeadLetters: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Of the relay, such as physics or bus, or consumer: and the name of a consumer */
                    destination?: string;
                    /** @description Kept in the audit log */
                    reason: string;
                    /** @description One letter; needs the destination. Default: all of the destination, or of the world */
                    seq?: number;
                };
            };
        };
        responses: {
            /** @description How many; their events stay in the log */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        discarded: number;
                        /** @description There are more than the 1000 that one request discards */
                        more: boolean;
                        /** @constant */
                        status: "applied";
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:admin */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayDeadLetters: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Of the relay, such as physics or bus, or consumer: and the name of a consumer */
                    destination?: string;
                    /** @description One letter; needs the destination. Default: all of the destination, or of the world */
                    seq?: number;
                };
            };
        };
        responses: {
            /** @description The relay will do it */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description That the relay will send again */
                        letters: number;
                        /** @constant */
                        status: "requested";
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:admin */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description They are of a consumer, which is rebuilt instead */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEntities: {
        parameters: {
            query?: {
                asOf?: string;
                /** @description Of written positions */
                box?: string;
                class_type?: string;
                /** @description From the Link header of the page before */
                cursor?: string;
                /** @description Depth in the hierarchy; 0: no parent */
                depth?: string;
                flux?: string;
                limit?: string;
                tag?: string;
            };
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Entities; seq: what was read */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entities: components["schemas"]["Entity"][];
                        seq: number;
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEntity: {
        parameters: {
            query?: {
                asOf?: string;
                /** @description How old the entity may be: it was so at most so many milliseconds ago. 0: as it is now. The headers X-Cache and Age say what was answered. Not for asOf, which does not age */
                maxStaleMs?: string;
                /** @description With asOf or maxStaleMs. Without it the simulated state is answered where it can be had within some seconds; true: 503 where that is not so; false: it is not looked for */
                physics?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description Unique in its world */
                id: string;
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The entity */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntityWithPhysics"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description With physics=true: no physics service can answer yet; Retry-After says when to ask */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putEntity: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Unique in its world */
                id: string;
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description The engine’s class
                     * @default Part
                     */
                    classType?: string;
                    /** @description All that it shall have, by type; absent: it keeps those that it has */
                    components?: {
                        [key: string]: Record<string, never>;
                    };
                    /** @default {} */
                    extra?: Record<string, never>;
                    /** @description Default: the id */
                    name?: string;
                    /** @default {} */
                    parameters?: Record<string, never>;
                    /** @description x, y, z in world units */
                    position?: [
                        number,
                        number,
                        number
                    ];
                    /** @description Quaternion x, y, z, w */
                    rotation?: [
                        number,
                        number,
                        number,
                        number
                    ];
                    /** @description Along x, y, z */
                    scale?: [
                        number,
                        number,
                        number
                    ];
                    /** @default [] */
                    tags?: string[];
                };
            };
        };
        responses: {
            /** @description Applied, or everything already was so */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description Accepted: the database is away, it is applied in order when it is back */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:write */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteEntity: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Unique in its world */
                id: string;
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Applied, or everything already was so */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description Accepted: the database is away, it is applied in order when it is back */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:write */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getComponent: {
        parameters: {
            query?: {
                asOf?: string;
            };
            header?: never;
            path: {
                /** @description Unique in its world */
                id: string;
                /** @description Name of a component type */
                type: string;
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The component */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            [key: string]: unknown;
                        };
                        type: string;
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setComponent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Unique in its world */
                id: string;
                /** @description Name of a component type */
                type: string;
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Applied, or everything already was so */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description Accepted: the database is away, it is applied in order when it is back */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:write */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeComponent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Unique in its world */
                id: string;
                /** @description Name of a component type */
                type: string;
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Applied, or everything already was so */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description Accepted: the database is away, it is applied in order when it is back */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:write */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    mergeComponent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Unique in its world */
                id: string;
                /** @description Name of a component type */
                type: string;
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Applied, or everything already was so */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description Accepted: the database is away, it is applied in order when it is back */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:write */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    explainValue: {
        parameters: {
            query: {
                asOf?: string;
                /** @description Health.current, Position.x, name, parameters.mass, … */
                field: string;
            };
            header?: never;
            path: {
                /** @description Unique in its world */
                id: string;
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The chain; a part that is not there, or no longer retained, says so */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explanation"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEntityHistory: {
        parameters: {
            query?: {
                asOf?: string;
                /** @description Only changes of this component: Health, Position, Parameters, … */
                component?: string;
                /** @description From the Link header of the page before */
                cursor?: string;
                /** @description Only changes of this field: Health.current, parameters.mass, name, …; the values are narrowed to it */
                field?: string;
                limit?: string;
            };
            header?: never;
            path: {
                /** @description Unique in its world */
                id: string;
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Changes; a page may have few where those that are asked for are rare: Link: rel="next" goes on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntityHistory"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    moveEntity: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Unique in its world */
                id: string;
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description x, y, z in world units */
                    position: [
                        number,
                        number,
                        number
                    ];
                };
            };
        };
        responses: {
            /** @description Applied, or everything already was so */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description Accepted: the database is away, it is applied in order when it is back */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:write */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWorldHealth: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its health, from the database alone: it wakes no physics */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorldHealth"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHierarchy: {
        parameters: {
            query?: {
                asOf?: string;
                /** @description Only entities at this depth */
                depth?: string;
                /** @description Only the part below this entity */
                parent?: string;
            };
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The forest, or with `depth` one level */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Hierarchy"] | components["schemas"]["HierarchyLevel"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMoments: {
        parameters: {
            query?: {
                /** @description How many at most; they lie evenly by seq, the first and the last among them */
                points?: string;
            };
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The moments, in order */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Moments"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    near: {
        parameters: {
            query: {
                /** @description How many, nearest first */
                k?: string;
                /** @description Radius in units */
                r?: string;
                x: string;
                y: string;
                z: string;
            };
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Entities */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Near"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPhysics: {
        parameters: {
            query?: {
                /** @description The state after the last tick that had taken up no event after this seq */
                asOf?: string;
                /** @description With tick or asOf: an entity whose body is answered; may be repeated */
                entity?: string[];
                /** @description The state after this tick instead of the one now */
                tick?: string;
            };
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The simulation, or with tick or asOf its past state */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Physics"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tick is no longer retained; oldestTick says which is */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tick has not been reached; lastTick says which is the last */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No physics service answers yet, or the state is being rebuilt; Retry-After says when to ask */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pausePhysics: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Applied, or everything already was so */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description Accepted: the database is away, it is applied in order when it is back */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:admin */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumePhysics: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Applied, or everything already was so */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description Accepted: the database is away, it is applied in order when it is back */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:admin */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stepPhysics: {
        parameters: {
            query?: {
                ticks?: string;
            };
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The simulation after them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:admin */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not paused */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description They take longer than 30 s, and go on */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    promoteFork: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Only say what would be done
                     * @default false
                     */
                    dryRun?: boolean;
                    /** @description Refuse with 412 where the parent is at another seq */
                    expectSeq?: number;
                    /** @description The world that it was forked of */
                    into: string;
                    /**
                     * @description Of what both changed since the fork. refuse: nothing is promoted; merge: as far as both changed other fields; fork, parent: the changes of that one stand
                     * @default refuse
                     * @enum {string}
                     */
                    strategy?: "refuse" | "merge" | "fork" | "parent";
                };
            };
        };
        responses: {
            /** @description What was done, or would be */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromoteAnswer"];
                };
            };
            /** @description Accepted: the database is away, it is applied when it is back */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromoteAnswer"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:admin */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Both changed the same things: conflicts has the first 100 */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The parent is at another seq, or was written to meanwhile */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    queryWorld: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Read the world as it stood at this seq, or after the last event up to this time */
                    asOf?: number | string;
                    /** @description Of the page before. Ask for it asOf the seq of the first page to cut all pages at one moment */
                    cursor?: string;
                    /** @description Say how it would be answered, instead */
                    explain?: boolean;
                    /** @description Of the page; default that of the query, or 100 */
                    limit?: number;
                    query?: components["schemas"]["Query"] | string;
                };
            };
        };
        responses: {
            /** @description entities, count, groups or explain, as asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueryAnswer"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It took too long; the detail says how to narrow it */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ray: {
        parameters: {
            query: {
                /** @description dx, dy, dz: the direction, of any length but 0 */
                dx: string;
                dy: string;
                dz: string;
                /** @description How far the ray reaches, in units; default: all the way */
                max?: string;
                /** @description How close the ray must come, in units */
                r: string;
                x: string;
                y: string;
                z: string;
            };
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The hit */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ray"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No physics service holds the world; one is being started */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRegions: {
        parameters: {
            query: {
                /** @description Regions of side 2^cell units */
                cell: string;
                /** @description From the Link header of the page before */
                cursor?: string;
                limit?: string;
                /** @description Only regions in this one */
                parent?: string;
            };
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Regions that hold entities */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Regions"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No physics service holds the world; one is being started */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRegionBodies: {
        parameters: {
            query?: {
                /** @description From the Link header of the page before */
                cursor?: string;
                limit?: string;
            };
            header?: never;
            path: {
                /** @description `e:x:y:z`: the cube of side 2^e units from (x, y, z) · 2^e on; `*`: everything */
                region: string;
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Entities */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegionBodies"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No physics service holds the world; one is being started */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRelationships: {
        parameters: {
            query?: {
                asOf?: string;
                /** @description From the Link header of the page before */
                cursor?: string;
                /** @description Either end */
                entity?: string;
                limit?: string;
                source?: string;
                target?: string;
                type?: string;
            };
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Relationships */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        relationships: components["schemas"]["Relationship"][];
                        seq: number;
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteRelationship: {
        parameters: {
            query: {
                /** @description Unique in its world */
                source: string;
                /** @description Unique in its world */
                target: string;
                /** @description `hierarchy` makes the source the parent of the target */
                type: string;
            };
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Applied, or everything already was so */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description Accepted: the database is away, it is applied in order when it is back */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:write */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSavedQueries: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        queries: components["schemas"]["SavedQuery"][];
                    };
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSavedQuery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The query */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedQuery"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:read */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putSavedQuery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default  */
                    description?: string;
                    query?: components["schemas"]["Query"] | string;
                };
            };
        };
        responses: {
            /** @description As it is saved */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedQuery"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:write */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The world has 200 saved queries already */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSavedQuery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:write */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeSettings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the world, unique among the tenant’s */
                world: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorldSettings"];
            };
        };
        responses: {
            /** @description Applied, or everything already was so */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description Accepted: the database is away, it is applied in order when it is back */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteAnswer"];
                };
            };
            /** @description No token, or one that proves nothing; WWW-Authenticate says why */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token lacks the scope world:admin */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The tenant sends more than it may; Retry-After says when it may again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
