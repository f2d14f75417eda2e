/**
 * Where spans are made: around what the node hands from one part to the next, so that none of the parts knows of
 * traces. Each of these gives back what it was given where nobody collects spans.
 *
 *     request           from the ingress to the answer
 *       forward         to another node
 *         run           on the node that runs it; the function is told of this one
 *           queue, cold start, execution
 */
import type { Ended, ExecutionSink } from '../../executor/index.js';
import { executionOf } from '../../executor/index.js';
import type { Clock } from '../../lib/index.js';
import type { Forwarder, RoutedOutcome, RunsHere } from '../../routing/index.js';
import {
  asHearthError,
  type Invocation,
  type InvocationOutcome,
  type RequestId,
} from '../../types/index.js';
import { TracedInvocation } from './traced-invocation.js';
import type { Begun, SpanEnd, Tracing } from './tracing.js';

type Invoke = (invocation: Invocation) => Promise<RoutedOutcome>;

/** Executions that wait to become spans; more are not told. */
const endedMax = 4096;
const gatherMs = 50;

export function tracedInvoke(tracing: Tracing | null, invoke: Invoke): Invoke {
  if (tracing === null) return invoke;
  return (invocation) => {
    const begun = tracing.begin(invocation.traceId, true);
    if (begun === null) return invoke(invocation);
    const running = invoke(new TracedInvocation(invocation, begun.traceId));
    const name = `request ${invocation.functionName}`;
    const end = (told: SpanEnd): void => tracing.end(begun, name, 'server', told);
    return ending(running, end, (outcome) => ({
      ...requestOf(invocation),
      ...outcomeOf(outcome),
      'hearth.node': outcome.node,
      'hearth.hops': outcome.hops,
    }));
  };
}

export function tracedForwarder(tracing: Tracing | null, forwarder: Forwarder): Forwarder {
  if (tracing === null) return forwarder;
  return {
    usable: (node) => forwarder.usable(node),
    async forward(node, call) {
      const { invocation } = call;
      const begun = tracing.begin(invocation.traceId, false);
      if (begun === null) return forwarder.forward(node, call);
      const traced = { ...call, invocation: new TracedInvocation(invocation, begun.traceId) };
      const name = `forward ${invocation.functionName}`;
      const attributes = { ...requestOf(invocation), 'hearth.node': node };
      const end = (told: SpanEnd): void => tracing.end(begun, name, 'client', told);
      try {
        const reply = await forwarder.forward(node, traced);
        const error = reply.kind === 'ran' ? null : reply.kind;
        end({ attributes: { ...attributes, 'hearth.reply': reply.kind }, error });
        return reply;
      } catch (thrown) {
        end({ attributes, error: asHearthError(thrown).code });
        throw thrown;
      }
    },
  };
}

export function tracedHere(tracing: Tracing | null, here: RunsHere): RunsHere {
  if (tracing === null) return here;
  const traced = (begun: Begun, running: Promise<InvocationOutcome>, invocation: Invocation) => {
    const name = `run ${invocation.functionName}`;
    const end = (told: SpanEnd): void => tracing.end(begun, name, 'server', told);
    return ending(running, end, (outcome) => ({
      ...requestOf(invocation),
      ...outcomeOf(outcome),
    }));
  };
  return {
    ...here,
    run(record, invocation) {
      const begun = tracing.begin(invocation.traceId, false);
      if (begun === null) return here.run(record, invocation);
      const within = new TracedInvocation(invocation, begun.traceId);
      return traced(begun, here.run(record, within), invocation);
    },
    runIfWarm(record, invocation) {
      const begun = tracing.begin(invocation.traceId, false);
      if (begun === null) return here.runIfWarm(record, invocation);
      const running = here.runIfWarm(record, new TracedInvocation(invocation, begun.traceId));
      return typeof running === 'string' ? running : traced(begun, running, invocation);
    },
  };
}

/** Tells of the parts of executions, once they are over. */
export function tracedExecutions(
  tracing: Tracing | null,
  sink: ExecutionSink,
  clock: Clock,
): ExecutionSink {
  if (tracing === null) return sink;
  let waiting: Ended[] = [];
  const tell = (): void => {
    const all = waiting;
    waiting = [];
    for (const ended of all) tellParts(tracing, ended);
  };
  return {
    ended(ended) {
      sink.ended(ended);
      if (ended.traceId === '' || waiting.length >= endedMax) return;
      if (waiting.push(ended) === 1) clock.after(gatherMs, tell);
    },
  };
}

function tellParts(tracing: Tracing, ended: Ended): void {
  const execution = executionOf(ended);
  const { arrivedMs, queueMs, startMs, initMs, durationMs, result, errorType, start } = execution;
  const { traceId } = ended;
  const plain: SpanEnd = { attributes: {}, error: null };
  if (queueMs > 0) tracing.add(traceId, 'queue', arrivedMs, queueMs, plain);
  const coldMs = startMs + initMs;
  if (coldMs > 0) {
    const attributes = { 'hearth.start_ms': startMs, 'hearth.init_ms': initMs };
    tracing.add(traceId, 'cold start', arrivedMs + queueMs, coldMs, { attributes, error: null });
  }
  if (start === 'none') return;
  const { version, memoryMb } = execution;
  tracing.add(traceId, 'execution', arrivedMs + queueMs + coldMs, durationMs, {
    attributes: { 'faas.version': version, 'faas.max_memory': memoryMb * 1024 * 1024 },
    error: result === 'ok' ? null : errorType,
  });
}

async function ending<Outcome extends InvocationOutcome>(
  running: Promise<Outcome>,
  end: (told: SpanEnd) => void,
  attributesOf: (outcome: Outcome) => SpanEnd['attributes'],
): Promise<Outcome> {
  try {
    const outcome = await running;
    const error = outcome.functionError ? 'function-error' : null;
    end({ attributes: attributesOf(outcome), error });
    return outcome;
  } catch (thrown) {
    end({ attributes: {}, error: asHearthError(thrown).code });
    throw thrown;
  }
}

/** https://opentelemetry.io/docs/specs/semconv/faas/faas-spans/ */
function requestOf({ functionName, requestId }: { functionName: string; requestId: RequestId }) {
  return { 'faas.name': functionName, 'faas.invocation_id': requestId };
}

function outcomeOf({ executedVersion, start }: InvocationOutcome) {
  return {
    'faas.version': executedVersion,
    'faas.coldstart': start === 'cold',
    'hearth.start': start,
  };
}
