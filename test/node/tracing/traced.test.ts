/** Which spans are made of a request, whose children they are, and what is passed on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimulatedClock } from '../../../src/lib/index.js';
import type { EndedSpan } from '../../../src/node/tracing/span.js';
import { TraceBudget } from '../../../src/node/tracing/trace-budget.js';
import {
  tracedExecutions,
  tracedForwarder,
  tracedHere,
  tracedInvoke,
} from '../../../src/node/tracing/traced.js';
import { Tracing } from '../../../src/node/tracing/tracing.js';
import type { Forwarder, RunsHere } from '../../../src/routing/index.js';
import {
  type Cancelled,
  HearthError,
  type Invocation,
  type InvocationOutcome,
} from '../../../src/types/index.js';
import { ended } from '../../executor/executions/fixture.js';
import { invocation, record, settle } from '../../executor/fixture.js';
import { other, outcome } from '../../ingress/harness.js';

const root = '1-67891233-abcdef012345678912345678';
const traceId = '67891233abcdef012345678912345678';
const sampled = `Root=${root};Parent=53995c3f42cd8ad8;Sampled=1`;

function setUp(share = 1, perSMax = 100) {
  const spans: EndedSpan[] = [];
  const clock = new SimulatedClock();
  let ids = 0;
  const newId = (): string => String(++ids).padStart(16, '0').padEnd(32, 'f');
  const random = { next: () => 0.5 } as never;
  const budget = new TraceBudget(perSMax);
  const tracing = new Tracing(
    { clock, random, newId, sink: { add: (span) => spans.push(span) }, budget },
    share,
  );
  return { spans, clock, tracing, budget };
}

const withTrace = (text: string): Invocation => ({ ...invocation('r1'), traceId: text });

/** The whole way of a request that is forwarded and run, with what the function was told. */
async function wholeWay(setup: ReturnType<typeof setUp>, text: string, run = plainRun) {
  const { tracing, clock } = setup;
  const told: string[] = [];
  const here = tracedHere(tracing, {
    run: (_, invocation) => {
      told.push(invocation.traceId);
      clock.advance(10);
      return run(invocation);
    },
    runIfWarm: () => 'busy',
  } as Partial<RunsHere> as RunsHere);
  const forwarder = tracedForwarder(tracing, {
    usable: () => true,
    forward: async (_, { invocation }) => ({
      kind: 'ran',
      outcome: await here.run(record, invocation),
    }),
  } as Forwarder);
  const invoke = tracedInvoke(tracing, async (invocation) => {
    clock.advance(5);
    const call = { invocation, revision: 1, timeoutMs: 1000, place: false };
    const reply = await forwarder.forward(other, call);
    assert.ok(reply.kind === 'ran');
    return { ...outcome(1), ...reply.outcome, node: other, hops: 1 };
  });
  await invoke(withTrace(text)).catch(() => undefined);
  return told;
}

const plainRun = async (_: Invocation): Promise<InvocationOutcome> => outcome(1);

test('request, forward and run are each within the other, and the function is told of the last', async () => {
  const setup = setUp();
  const told = await wholeWay(setup, sampled);
  const [run, forward, request] = setup.spans;
  assert.deepEqual(
    [request, forward, run].map((span) => [span?.name, span?.kind, span?.traceId]),
    [
      ['request f', 'server', traceId],
      ['forward f', 'client', traceId],
      ['run f', 'server', traceId],
    ],
  );
  assert.equal(request?.parentId, '53995c3f42cd8ad8');
  assert.equal(forward?.parentId, request?.spanId);
  assert.equal(run?.parentId, forward?.spanId);
  assert.deepEqual(told, [`Root=${root};Parent=${run?.spanId};Sampled=1`]);
  assert.equal((request?.endMs ?? 0) - (request?.startMs ?? 0), 15);
  assert.equal((run?.endMs ?? 0) - (run?.startMs ?? 0), 10);
  assert.equal(request?.attributes['faas.invocation_id'], 'r1');
});

test('what is not sampled makes no spans, and is passed on as it came', async () => {
  const setup = setUp();
  const text = `Root=${root};Sampled=0`;
  assert.deepEqual(await wholeWay(setup, text), [text]);
  assert.deepEqual(await wholeWay(setup, 'nonsense'), ['nonsense']);
  assert.deepEqual(setup.spans, []);
});

test('a share of the requests that belong to no trace begin one', async () => {
  const some = setUp(0.6);
  const [told = ''] = await wholeWay(some, '');
  const [run, forward, request] = some.spans;
  assert.equal(request?.parentId, '');
  assert.match(
    told,
    new RegExp(`^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=${run?.spanId};Sampled=1$`),
  );
  assert.equal(forward?.traceId, request?.traceId);
  const none = setUp(0.4);
  assert.deepEqual(await wholeWay(none, ''), ['']);
  assert.deepEqual(none.spans, []);
});

test('so many traces begin a second, spread over it; what is sampled already is followed beside them', async () => {
  const setup = setUp(1, 100);
  const { clock, tracing, budget } = setup;
  const begun = (): number =>
    Array.from({ length: 50 }, () => tracing.begin('', true)).filter((one) => one !== null).length;
  clock.advance(1000);
  assert.equal(begun(), 10);
  let later = 0;
  for (let at = 0; at < 10; at++) {
    clock.advance(50);
    later += begun();
  }
  assert.equal(later, 50);
  assert.equal(budget.passedOver, 40 + 10 * 45);
  assert.ok(tracing.begin(sampled, true) !== null);
});

test('whatever else the header says goes along', async () => {
  const [told = ''] = await wholeWay(setUp(), `${sampled};Lineage=1:a87bd80c:0`);
  assert.match(told, /^Root=[^;]+;Parent=[0-9a-f]{16};Sampled=1;Lineage=1:a87bd80c:0$/);
});

test('what fails says so in every span', async () => {
  const refused = setUp();
  await wholeWay(refused, sampled, () =>
    Promise.reject(new HearthError('too-many-requests', 'busy')),
  );
  assert.deepEqual(
    refused.spans.map(({ error }) => error),
    ['too-many-requests', 'too-many-requests', 'too-many-requests'],
  );
  const failed = setUp();
  await wholeWay(failed, sampled, async () => outcome(1, { functionError: true }));
  assert.deepEqual(
    failed.spans.map(({ name, error }) => [name, error]),
    [
      ['run f', 'function-error'],
      ['forward f', null],
      ['request f', 'function-error'],
    ],
  );
});

test('one that finds nothing warm here makes no span, and keeps the signal of one that does', async () => {
  const { tracing, spans } = setUp();
  const gone = new AbortController();
  let signal: Cancelled | undefined;
  const here = tracedHere(tracing, {
    runIfWarm: (_: unknown, invocation: Invocation) => {
      signal = invocation.signal;
      return 'busy';
    },
  } as Partial<RunsHere> as RunsHere);
  const asked = { ...invocation('r1', gone.signal), traceId: sampled };
  assert.equal(here.runIfWarm(record, asked), 'busy');
  assert.equal(signal, gone.signal);
  assert.deepEqual(spans, []);
});

test('the parts of an execution follow each other within its run', async () => {
  const { tracing, spans, clock } = setUp();
  const kept: unknown[] = [];
  const sink = tracedExecutions(tracing, { ended: (one) => kept.push(one) }, clock);
  const one = ended(1, clock, { durationMs: 4, result: 'error' });
  assert.ok(one.source !== null);
  const making = { restored: false, tookMs: 20, initMs: 8 };
  const cold = { ...one, report: { ...one.report, start: 'cold' as const }, making };
  sink.ended({ ...cold, waitedMs: 30, traceId: sampled });
  sink.ended({ ...one, traceId: '' });
  assert.deepEqual(spans, []);
  clock.advance(50);
  await settle();
  assert.equal(kept.length, 2);
  const arrivedMs = one.report.startedWallMs - 30;
  assert.deepEqual(
    spans.map(({ name, parentId, startMs, endMs, error }) => [
      name,
      parentId,
      startMs - arrivedMs,
      endMs - arrivedMs,
      error,
    ]),
    [
      ['queue', '53995c3f42cd8ad8', 0, 10, null],
      ['cold start', '53995c3f42cd8ad8', 10, 30, null],
      ['execution', '53995c3f42cd8ad8', 30, 34, 'TypeError'],
    ],
  );
});

test('where nobody collects spans, nothing stands in the way', () => {
  const invoke = async () => outcome(1);
  const forwarder = {} as Forwarder;
  const here = {} as RunsHere;
  const sink = { ended: () => undefined };
  assert.equal(tracedInvoke(null, invoke), invoke);
  assert.equal(tracedForwarder(null, forwarder), forwarder);
  assert.equal(tracedHere(null, here), here);
  assert.equal(tracedExecutions(null, sink, new SimulatedClock()), sink);
});
