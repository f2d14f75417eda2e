import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ForwardCall } from '../../src/routing/index.js';
import { HearthError, limits } from '../../src/types/index.js';
import { invocationOf, makeRouter, outcomeOf, recordOf } from './fixture.js';

const callOf = (changes: Partial<ForwardCall> = {}): ForwardCall => ({
  invocation: invocationOf({ hops: 1 }),
  revision: 7,
  timeoutMs: 4000,
  ...changes,
});

test('a forwarded request runs in a sandbox that is idle', async () => {
  const { router, done } = makeRouter({ own: 'idle' });
  assert.deepEqual(await router.receive(callOf()), { kind: 'ran', outcome: outcomeOf() });
  assert.equal(done(), 'run-warm');
});

test('a forwarded request that finds no idle sandbox is sent back at once: nothing starts, asks or forwards', async () => {
  for (const own of ['busy', 'not-here'] as const) {
    const { router, done } = makeRouter({ own });
    assert.deepEqual(await router.receive(callOf()), { kind: own });
    assert.equal(done(), '');
  }
});

test('a forwarded request for another revision, or an unknown function, is not here, without catching up', async () => {
  const cases = [
    callOf({ revision: 6 }),
    callOf({ revision: 8 }),
    callOf({ invocation: invocationOf({ hops: 1, functionName: 'g' }) }),
    callOf({ invocation: invocationOf({ hops: 1, qualifier: '7' }) }),
  ];
  for (const call of cases) {
    const { router, done } = makeRouter({ own: 'idle', learns: new Map([['g', recordOf()]]) });
    assert.deepEqual(await router.receive(call), { kind: 'not-here' });
    assert.equal(done(), '');
  }
});

test('a node that starts or stops takes no forwarded request', async () => {
  const { router, done } = makeRouter({ own: 'idle', ready: false });
  assert.deepEqual(await router.receive(callOf()), { kind: 'not-here' });
  assert.equal(done(), '');
});

test('a forwarded request that counts no forward, or too many, is refused', async () => {
  for (const hops of [0, limits.hopsMax + 1]) {
    const { router, done } = makeRouter({ own: 'idle' });
    const reply = await router.receive(callOf({ invocation: invocationOf({ hops }) }));
    assert.equal(reply.kind === 'failed' && reply.error.code, 'invalid-parameter');
    assert.equal(done(), '');
  }
});

test('an error of Hearth travels back as it is, any other as internal without its text', async () => {
  const known = new HearthError('storage', 'The disk is full.');
  const cases = [
    { thrown: known, code: 'storage', message: /disk is full/ },
    { thrown: new Error('secret text'), code: 'internal', message: /^An internal error/ },
  ];
  for (const { thrown, code, message } of cases) {
    const { router } = makeRouter({ own: 'idle', outcome: () => Promise.reject(thrown) });
    const reply = await router.receive(callOf());
    assert.ok(reply.kind === 'failed');
    assert.equal(reply.error.code, code);
    assert.match(reply.error.message, message);
  }
});
