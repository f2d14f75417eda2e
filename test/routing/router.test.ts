import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FunctionRecord } from '../../src/catalog/index.js';
import { Router } from '../../src/routing/index.js';
import { type Invocation, nodeId, requestId } from '../../src/types/index.js';

const self = nodeId('1'.repeat(32));
const record = { name: 'f', version: '$LATEST' } as FunctionRecord;
const invocation = (changes: Partial<Invocation> = {}): Invocation => ({
  requestId: requestId('r'),
  functionName: 'f',
  qualifier: '$LATEST',
  payload: Buffer.from('{}'),
  traceId: '',
  clientContext: '',
  hops: 0,
  ...changes,
});

function makeRouter({ known = true, learns = false, ready = true } = {}) {
  let isKnown = known;
  const calls = { catchUps: 0, runs: 0 };
  const router = new Router({
    catalog: {
      get: (name) => (isKnown && name === 'f' ? record : undefined),
      catchUp: async () => {
        calls.catchUps += 1;
        isKnown = isKnown || learns;
      },
    },
    self: () => self,
    ready: () => ready,
    runHere: async () => {
      calls.runs += 1;
      return {
        payload: Buffer.from('1'),
        functionError: false,
        executedVersion: '$LATEST',
        start: 'warm',
        durationMs: 1,
        logTail: Buffer.alloc(0),
      };
    },
  });
  return { router, calls };
}

test('a function that is known runs here without asking anybody', async () => {
  const { router, calls } = makeRouter();
  const outcome = await router.invoke(invocation());
  assert.deepEqual([outcome.node, outcome.hops], [self, 0]);
  assert.deepEqual(calls, { catchUps: 0, runs: 1 });
});

test('a function that was acknowledged elsewhere a moment ago is found after catching up', async () => {
  const { router, calls } = makeRouter({ known: false, learns: true });
  await router.invoke(invocation());
  assert.deepEqual(calls, { catchUps: 1, runs: 1 });
});

test('a function that nobody knows is not found; at a node that still starts it may be elsewhere', async () => {
  const unknown = makeRouter({ known: false }).router;
  await assert.rejects(unknown.invoke(invocation()), {
    code: 'function-not-found',
    message: 'Function not found: arn:aws:lambda:us-east-1:123456789012:function:f',
  });
  const starting = makeRouter({ known: false, ready: false }).router;
  await assert.rejects(starting.invoke(invocation()), { code: 'draining' });
});

test('a qualifier that does not exist is not found by its full ARN', async () => {
  const { router } = makeRouter();
  await assert.rejects(router.invoke(invocation({ qualifier: '7' })), {
    code: 'function-not-found',
    message: 'Function not found: arn:aws:lambda:us-east-1:123456789012:function:f:7',
  });
});

test('a request that was forwarded too often is not run', async () => {
  const { router, calls } = makeRouter();
  await assert.rejects(router.invoke(invocation({ hops: 2 })), { code: 'invalid-parameter' });
  assert.equal(calls.runs, 0);
});
