/** The executions of the whole cluster as one list: each node finds its own, and who was asked merges them. */
import * as z from 'zod';
import type { CatalogService } from '../../catalog/index.js';
import {
  type Execution,
  type ExecutionQuery,
  executionResults,
  inOrder,
  startTypes,
  totalMsOf,
  type UnderWay,
} from '../../executor/index.js';
import { limits, type NodeId } from '../../types/index.js';
import { type AskNodesDeps, askNodes } from '../form/ask-nodes.js';
import { jsonReply, type Reply } from '../http/http.js';
import { versionsOf } from '../logs/log-query.js';
import { type ExecutionsAsked, nodeExecutionsPath } from './execution-input.js';

export interface ExecutionsDeps extends AskNodesDeps {
  readonly catalog: Pick<CatalogService, 'alias'>;
  readonly executions: {
    /** Of this node. */
    find(query: ExecutionQuery): Promise<Execution[]>;
    /** What runs on this node now. */
    underWay(functionName: string | null): UnderWay[];
  };
}

/** In one answer: as many as a node has sandboxes. */
const runningMax = limits.sandboxesPerNodeMax;
const ms = z.number();
const nodeAnswer = z.array(
  z.object({
    requestId: z.string(),
    functionName: z.string(),
    version: z.string(),
    start: z.enum(startTypes),
    result: z.enum(executionResults),
    errorType: z.string(),
    arrivedMs: ms,
    queueMs: ms,
    startMs: ms,
    initMs: ms,
    durationMs: ms,
    memoryMb: z.number(),
    memoryPeakBytes: z.number().nullable(),
    cpuMs: ms.nullable(),
    hops: z.number(),
    caller: z.string(),
    logStream: z.string(),
  }),
);

const nodeRunning = z.array(
  z.object({
    requestId: z.string(),
    functionName: z.string(),
    version: z.string(),
    startedMs: ms,
    runningMs: ms,
    logStream: z.string(),
  }),
);

export class Executions {
  constructor(private readonly deps: ExecutionsDeps) {}

  /** Throws `invalid-parameter` for an alias that nobody knows. */
  async page({ target, ...asked }: ExecutionsAsked): Promise<Reply> {
    const { catalog, executions } = this.deps;
    const query: ExecutionQuery = {
      ...asked,
      functionName: target?.name ?? null,
      versions: target === null ? null : versionsOf(catalog, target),
    };
    const { answers, missing } = await askNodes(
      this.deps,
      nodeExecutionsPath(query),
      nodeAnswer,
      () => executions.find(query),
    );
    const compare = inOrder(query.order);
    const found = answers
      .flatMap(({ node, answer }) => answer.map((execution) => ({ node, execution })))
      .sort((a, b) => compare(a.execution, b.execution))
      .slice(0, query.most)
      .map(({ node, execution }) => told(execution, node));
    return jsonReply(200, { executions: found, missing }, { 'cache-control': 'no-store' });
  }

  /** What runs now, the longest first. */
  async running(functionName: string | null): Promise<Reply> {
    const query = functionName === null ? '' : `?function=${encodeURIComponent(functionName)}`;
    const { answers, missing } = await askNodes(
      this.deps,
      `/_hearth/node-running${query}`,
      nodeRunning,
      async () => this.deps.executions.underWay(functionName),
    );
    const running = answers
      .flatMap(({ node, answer }) => answer.map((one) => ({ node, ...one })))
      .sort((a, b) => b.runningMs - a.runningMs)
      .slice(0, runningMax)
      .map(({ startedMs, runningMs, logStream, ...one }) => ({
        ...one,
        started: new Date(startedMs).toISOString(),
        runningMs: rounded(runningMs),
        log: { node: one.node, stream: logStream },
      }));
    return jsonReply(200, { running, missing }, { 'cache-control': 'no-store' });
  }

  /** What this node answers to another. */
  nodeRunning(functionName: string | null): Reply {
    return jsonReply(200, this.deps.executions.underWay(functionName).slice(0, runningMax));
  }

  /** The same. */
  async nodePage(query: ExecutionQuery): Promise<Reply> {
    return jsonReply(200, await this.deps.executions.find(query));
  }
}

/** An execution as people read it: times to the microsecond, and what there is not left out. */
function told(execution: Execution, node: NodeId) {
  const { requestId, functionName, version, start, result, errorType, arrivedMs } = execution;
  const { memoryMb, memoryPeakBytes, cpuMs, hops, caller, logStream } = execution;
  return {
    requestId,
    functionName,
    version,
    node,
    arrived: new Date(arrivedMs).toISOString(),
    start,
    result,
    ...(errorType === '' ? {} : { errorType }),
    totalMs: rounded(totalMsOf(execution)),
    queueMs: rounded(execution.queueMs),
    startMs: rounded(execution.startMs),
    initMs: rounded(execution.initMs),
    durationMs: rounded(execution.durationMs),
    memoryMb,
    ...(memoryPeakBytes === null ? {} : { memoryPeakBytes }),
    ...(cpuMs === null ? {} : { cpuMs: rounded(cpuMs) }),
    hops,
    ...(caller === '' ? {} : { caller }),
    ...(logStream === '' ? {} : { log: { node, stream: logStream } }),
  };
}

function rounded(timeMs: number): number {
  return Math.round(timeMs * 1000) / 1000;
}
