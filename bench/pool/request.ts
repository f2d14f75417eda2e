/** The one request that is measured, the same on both sides, and what it takes beside a sandbox. */
import {
  type InvocationReport,
  logTailOf,
  type Sandbox,
  type SandboxResult,
} from '../../src/agent/index.js';
import type { FunctionRecord } from '../../src/catalog/index.js';
import { systemClock } from '../../src/lib/index.js';
import {
  bundleHash,
  type Invocation,
  type InvocationOutcome,
  requestId,
} from '../../src/types/index.js';

export const record: FunctionRecord = {
  name: 'f',
  version: '$LATEST',
  runtime: 'nodejs20.x',
  handler: 'index.handler',
  role: '',
  description: '',
  timeoutS: 3,
  memoryMb: 128,
  ephemeralMb: 512,
  snapStart: false,
  tracing: 'PassThrough',
  logging: null,
  deadLetterTarget: '',
  sealedEnvironment: '',
  layers: [],
  image: null,
  architecture: 'x86_64',
  codeHash: bundleHash('0'.repeat(64)),
  codeBytes: 1,
  tags: {},
  revisionId: '',
  lastModified: '',
  revision: 1,
};
export const invocation: Invocation = {
  requestId: requestId('r'),
  functionName: 'f',
  qualifier: '$LATEST',
  invokedAs: '',
  payload: Buffer.from('{}'),
  traceId: '',
  clientContext: '',
  hops: 0,
};

/** What the executor does for a request that has its sandbox: the call, the report, the tail of the log. */
export async function runIn(sandbox: Sandbox, giveBack: () => void): Promise<InvocationOutcome> {
  const startedWallMs = systemClock.wallMs();
  const { payload, traceId, clientContext } = invocation;
  const result: SandboxResult = await sandbox.invoke({
    requestId: invocation.requestId,
    payload,
    traceId,
    clientContext,
    functionArn: record.name,
    deadlineWallMs: startedWallMs + record.timeoutS * 1000,
    timeoutS: record.timeoutS,
  });
  giveBack();
  const { memoryPeakBytes, cpuMs } = sandbox.usage();
  const report: InvocationReport = {
    requestId: invocation.requestId,
    startedWallMs,
    durationMs: result.durationMs,
    billedMs: Math.ceil(result.durationMs),
    start: 'warm',
    initMs: null,
    memoryMb: record.memoryMb,
    memoryPeakBytes,
    cpuMs,
    errorType: result.errorType,
  };
  return {
    payload: result.payload,
    streamed: false,
    functionError: result.functionError,
    executedVersion: record.version,
    start: 'warm',
    durationMs: result.durationMs,
    logTail: () => logTailOf(record.version, report, result.log),
  };
}
