/**
 * Every hard limit of Hearth on one page, with its reason. Units are in the names. Relations between
 * limits are asserted when this file loads, so that a limit cannot be changed into nonsense.
 *
 * AWS's own quotas: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
import { strict as assert } from 'node:assert';

const KiB = 1024;
const MiB = 1024 * KiB;

export const limits = {
  /** Connections of one node's HTTP port: idle ones cost some 10 KB each. */
  connectionsMax: 16_384,
  /** Request line and headers: a signature with a session's token and a client context take half of it. */
  headerBytesMax: 16 * KiB,
  headersMax: 200,
  /** Requests on one connection that wait for their answers; clients that pipeline send some 16 at a time. */
  pipelinedMax: 64,
  /** Body of a synchronous invocation: AWS's 6 MB. */
  invokeBodyBytesMax: 6 * MiB,
  /** Body of an asynchronous invocation: AWS's 1 MB. It stands in one entry of the log. */
  asyncBodyBytesMax: 1 * MiB,
  /** Answer of a synchronous invocation: AWS allows 100 bytes more than 6 MiB. */
  invokeAnswerBytesMax: 6 * MiB + 100,
  /** Body of CreateFunction and UpdateFunctionCode: a 50 MiB zip in base64 with its JSON (AWS). */
  uploadBodyBytesMax: 70_167_211,
  /** A zip as uploaded (AWS). */
  zipBytesMax: 52_428_800,
  /** A zip unpacked, all files together (AWS): what bounds a zip bomb. */
  unzippedBytesMax: 262_144_000,
  /** Entries of a zip: bounds inodes and the time of unpacking. */
  zipEntriesMax: 65_535,
  /** Any other JSON body of the management API. */
  managementBodyBytesMax: 1 * MiB,
  /** Environment variables, names and values as JSON (AWS). */
  environmentBytesMax: 4096,
  /** X-Amz-Client-Context, base64 (AWS). */
  clientContextBytesMax: 3583,
  functionNameCharsMax: 64,
  descriptionCharsMax: 256,
  handlerCharsMax: 128,
  memoryMbMin: 128,
  memoryMbMax: 10_240,
  timeoutSMin: 1,
  timeoutSMax: 900,
  /** How long a handler's module may take to load (AWS: 10 s). */
  initTimeoutMs: 10_000,
  /** Log bytes of one invocation that its answer can carry (AWS: the last 4 KB). */
  logTailBytesMax: 4 * KiB,
  /** A streamed answer (AWS: 200 MB). */
  streamedAnswerBytesMax: 200 * MiB,
  /** How far a streamed answer may be ahead of who takes it, in one sandbox. */
  streamWindowBytes: 256 * KiB,
  /** One frame on any socket: the largest payload with room for its header. */
  frameBytesMax: 6 * MiB + 64 * KiB,
  /** Layers of one function (AWS). */
  layersPerFunctionMax: 5,
  /** Names of layers in one cluster, and versions of them together: every node holds them in memory. */
  layersMax: 10_000,
  layerVersionsMax: 50_000,
  /** Runtimes and architectures that a layer version names (AWS). */
  layerRuntimesMax: 15,
  layerArchitecturesMax: 2,
  layerNameCharsMax: 140,
  licenseInfoCharsMax: 512,
  /** Words of an image's entry point, and of its command (AWS). */
  imageWordsMax: 1500,
  imageDirectoryCharsMax: 1000,
  /** Functions in one cluster: every node holds the catalogue in memory. */
  functionsMax: 100_000,
  /** Published versions in one cluster: they stand in the same memory. */
  versionsMax: 100_000,
  /** Published versions of one function: publishing one more takes a time that grows with them. */
  versionsPerFunctionMax: 10_000,
  /** Aliases of one function. */
  aliasesPerFunctionMax: 1000,
  /** What may be attached to one function, its versions and aliases (policies, URLs...), and one of it as JSON. */
  attachmentsPerFunctionMax: 1000,
  attachmentBytesMax: 64 * KiB,
  /** A policy (AWS). */
  policyBytesMax: 20_480,
  /** In one cluster: every node holds them in memory. */
  attachmentsMax: 200_000,
  /** Time windows of one provisioned concurrency: nodes look at each of them again and again. */
  provisionedWindowsMax: 20,
  /** Tags of one function (AWS). */
  tagsMax: 50,
  /** Settings of the cluster, and the length of one as JSON. */
  settingsMax: 10_000,
  settingBytesMax: 64 * KiB,
  /** What one node keeps of who changed what: some 200,000 lines. */
  auditFileBytesMax: 4 * MiB,
  auditFilesMax: 16,
  auditLinesWaitingMax: 10_000,
  /** Access keys of one cluster, and patterns of actions or of functions that one of them has. */
  accessKeysMax: 1000,
  keyPatternsMax: 50,
  keyPatternCharsMax: 140,
  /** Sandboxes of one node, all functions together: processes and memory are finite. */
  sandboxesPerNodeMax: 1000,
  /** Stem cells of one node: memory that serves nobody yet. */
  stemCellsPerNodeMax: 256,
  /** Kinds of stem cells that one node knows: each size of function is one. */
  stemKindsMax: 64,
  /** Zygotes of one node: initialised functions that only make copies of themselves. */
  zygotesPerNodeMax: 256,
  /** Calls to the Docker daemon that wait for their turn: some for each sandbox that comes or goes. */
  dockerCallsWaitingMax: 4096,
  /** Containers that the daemon has yet to remove; with more it cannot keep up, and gets no new ones. */
  dockerRemovalsMax: 256,
  /** Copies of one zygote, those being made among them: they share what it has been given. */
  copiesPerZygoteMax: 256,
  /** Processes and threads of one sandbox (Lambda: 1024). */
  pidsPerSandboxMax: 1024,
  /** What one sandbox may read from, and write to, the node's disk in a second. */
  ioBytesPerSMax: 256 * MiB,
  /** Requests that may wait for a sandbox of one function on one node; then 429. */
  waitersPerFunctionMax: 4096,
  /** How long one of them may wait, whatever the function says: as long as the longest invocation. */
  queueWaitMsMax: 900_000,
  /** Function versions of which a node remembers how long invocations and starts take: a few hundred kB. */
  poolHistoryMax: 4096,
  /** Forwards of one request. */
  hopsMax: 1,
  /** A function's key: its name, a version or `$LATEST`, and a number. */
  functionKeyCharsMax: 128,
  /** Functions of which one node remembers who holds them warm: a few MB. */
  warmCacheEntriesMax: 10_000,
  /** Functions that one node asks about at the same time; then it runs what it is asked itself. */
  lookupsPendingMax: 4096,
  /** Holders in one answer to a lookup: a choice needs two, and some may be gone. */
  holdersPerAnswerMax: 8,
  /** Forwarded requests under way on one link between nodes; then the sender runs them itself. */
  linkStreamsMax: 4096,
  /** Body bytes of one stream on a link that the receiver has not yet taken. */
  linkWindowBytes: 256 * KiB,
  /** Connections on which a node asks another: one for each reader who follows logs, and some for the rest. */
  peerConnectionsMax: 128,
  /** A datagram of gossip: below the smallest path MTU in use (IPv6 1280, tunnels less headers). */
  datagramBytesMax: 1200,
  /** A whole view of the cluster on a stream: all members at their longest. */
  gossipSyncBytesMax: 1 * MiB,
  /** Members of one cluster: what the gossip parameters were chosen for. */
  membersMax: 1024,
  /** Claims that a node takes in one handover of the routing table: ten holders of each of `functionsMax`. */
  handoverClaimsMax: 1_000_000,
  /** Cluster secrets side by side: the one in use, the next, the last, and one more. */
  secretsMax: 4,
  /** One entry of the durable log: a command of the catalogue, never code, or events with their payloads. */
  logEntryBytesMax: 1 * MiB + 64 * KiB,
  /** One part of a snapshot: what the data thread writes or reads in one turn, in about a millisecond. */
  snapshotPartBytesMax: 256 * KiB,
  /** Requests that wait until one node has applied the log as far as they know it; then 503. */
  logWaitersMax: 16_384,
  /** Streams of the cluster, and what one of them and all together keep: every node holds them in memory. */
  streamsMax: 256,
  streamRecordsMax: 10_000,
  streamBytesMax: 16 * MiB,
  streamsBytesMax: 64 * MiB,
  /** How long a stream keeps a record, as streams of AWS do without being told. */
  streamAgeMsMax: 86_400_000,
  /** One record with its attributes as it stands in the log: a dead letter of the longest event is one. */
  streamRecordBytesMax: 1 * MiB + 48 * KiB,
  /** Records that are read at once, and their bytes beyond the first one. */
  streamPageRecordsMax: 1000,
  streamPageBytesMax: 4 * MiB,
  /** Commands that wait for the log on one node; then 429. */
  proposalsPendingMax: 1024,
  /** Events of the cluster that have not ended, and their payloads: every node holds them in memory. */
  eventsPendingMax: 100_000,
  eventPendingBytesMax: 128 * MiB,
  /** Events that have ended, and what they answered: beyond it the oldest are forgotten. */
  eventsEndedMax: 100_000,
  eventAnswersBytesMax: 32 * MiB,
  /** The answer of one event that is kept. */
  eventAnswerBytesMax: 256 * KiB,
  /** Dead events, and their payloads: beyond it the oldest are failed for good. */
  eventsDeadMax: 10_000,
  eventDeadBytesMax: 64 * MiB,
  /** How long an event that has ended can be asked for. */
  eventKeptMs: 86_400_000,
  /** Idempotency keys that are remembered; each is, for a day. Then events with keys are refused. */
  idempotencyKeysMax: 200_000,
  idempotencyKeyCharsMax: 256,
  idempotencyKeptMs: 86_400_000,
  /** X-Amzn-Trace-Id of an event; a longer one is not kept. */
  eventTraceCharsMax: 512,
  /** Rounds in which a function may come to itself by asynchronous invocations (AWS: 16). */
  recursionRoundsMax: 16,
  /** Standard executions of the cluster that have not ended, and their histories: every node holds them in memory. */
  executionsOpenMax: 250_000,
  executionsOpenBytesMax: 1024 * MiB,
  /** Of one history (AWS: 25,000 events of any size): it is read at once when another node goes on with the execution. */
  executionHistoryBytesMax: 64 * MiB,
  /** Those that have ended, and their histories: beyond it the oldest are forgotten. */
  executionsEndedMax: 100_000,
  executionsEndedBytesMax: 256 * MiB,
  /** How long an execution that has ended can be asked for (AWS: 90 days), and redriven (AWS: 14). */
  executionKeptMs: 90 * 86_400_000,
  executionRedrivableMs: 14 * 86_400_000,
  /** Express executions under way on one node; then the caller is told. */
  expressRunningMax: 10_000,
  /** How long an Express execution may run (AWS: five minutes). */
  expressRunMsMax: 300_000,
  /** Tasks of workflows under way on one node that wait for an answer of a function or service; more of them wait. */
  workflowTasksRunningMax: 1000,
  /** State machines, and activities, of one cluster (AWS: 10,000 of each, before it is asked for more). */
  stateMachinesMax: 10_000,
  activitiesMax: 10_000,
  /** Versions of one state machine, and aliases (AWS). */
  stateMachineVersionsMax: 1000,
  stateMachineAliasesMax: 100,
  /** Definitions of all state machines and their versions: every node holds them in memory. */
  definitionBytesTogetherMax: 256 * MiB,
  /** Characters of one definition (AWS). */
  definitionCharsMax: 1 * MiB,
  /** Objects and arrays inside each other in a definition (Jackson's default): what walks it may do so by recursion. */
  definitionDepthMax: 1000,
  /** JSONata of one definition that is parsed when it is validated: 100 ms of work. */
  definitionParsedCharsMax: 64 * KiB,
  /** Of one definition; ValidateStateMachineDefinition tells 100, and whether there are more (AWS). */
  diagnosticsMax: 101,
  /** Tags of one state machine or activity (AWS). */
  workflowTagsMax: 50,
  /** A definition, and what goes with it, as JSON (AWS takes requests of 1 MB): it stands in one entry of the log. */
  registryCommandBytesMax: 1 * MiB + 32 * KiB,
  /** Body of a request to Step Functions: of what is longer than it may be, it is said how long that is. */
  workflowBodyBytesMax: 3 * MiB,
  /** Children of one map run that run at the same time (AWS: 10,000), and items that a reader may read. */
  mapRunChildrenMax: 1000,
  mapRunItemsMax: 100_000,
  /** An object that an ItemReader reads, or a ResultWriter writes: it is in memory, whole. */
  workflowObjectBytesMax: 64 * MiB,
  /** What a task gives, and any other state's input or output (AWS). */
  taskResultBytesMax: 256 * KiB,
  /** Of a failure, as events and answers have it, in characters (AWS). */
  failureCauseMax: 32_768,
  failureErrorMax: 256,
  /** From the request of `http:invoke` to the end of the answer (AWS). */
  httpTaskMs: 60_000,
  /** How long a task is tried again that no node could take on: a cluster finds itself again in less. */
  taskUnavailableMs: 60_000,
  /** How long an activity's worker is let wait for a task (AWS: 60 s). */
  activityPollMs: 60_000,
  /** Messages that wait in one actor's mailbox; then the sender is told. */
  mailboxMax: 16_384,
  /** Readers who follow logs through one node. */
  logFollowersMax: 100,
  /** Other nodes that follow a node's logs for their readers. */
  logPeerFollowersMax: 1000,
  /** Body of a marked request that the balancer of `hearth up` keeps, to send it to another node. */
  keptBodyBytesMax: 256 * KiB,
  /** Nodes that `hearth up` starts on one machine. */
  upNodesMax: 50,
} as const;

assert(limits.invokeAnswerBytesMax < limits.frameBytesMax, 'an answer fits in a frame');
assert(limits.invokeBodyBytesMax < limits.frameBytesMax, 'a body fits in a frame');
assert(Math.ceil(limits.zipBytesMax / 3) * 4 < limits.uploadBodyBytesMax, 'a zip fits in base64');
assert(limits.queueWaitMsMax <= limits.timeoutSMax * 1000, 'nobody waits longer than it may run');
assert(limits.poolHistoryMax >= limits.sandboxesPerNodeMax, 'what runs is remembered');
assert(limits.policyBytesMax <= limits.attachmentBytesMax, 'a policy can be attached');
assert(limits.peerConnectionsMax > limits.logFollowersMax, 'followers leave room for others');
assert(limits.managementBodyBytesMax <= limits.logEntryBytesMax, 'a command fits in a log entry');
assert(
  limits.asyncBodyBytesMax + 16 * KiB < limits.logEntryBytesMax,
  'an event fits in a log entry',
);
assert(
  limits.eventAnswerBytesMax + 16 * KiB < limits.logEntryBytesMax,
  'an answer fits in one, too',
);
assert(
  limits.streamRecordBytesMax + 8 * KiB < limits.logEntryBytesMax,
  'a record fits in a log entry',
);
assert(
  limits.asyncBodyBytesMax + 16 * KiB < limits.streamRecordBytesMax,
  'a stream takes any event as a dead letter',
);
assert(limits.streamRecordBytesMax < limits.streamBytesMax, 'a stream holds any record');
assert(
  limits.registryCommandBytesMax + 16 * KiB < limits.logEntryBytesMax,
  'a definition fits in a log entry',
);
