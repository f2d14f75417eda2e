import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ForwardCall } from '../../src/routing/index.js';
import { type ErrorCode, HearthError, limits } from '../../src/types/index.js';
import { invocationOf, makeRouter, outcomeOf, recordOf } from './fixture.js';

const callOf = (changes: Partial<ForwardCall> = {}): ForwardCall => ({
  invocation: invocationOf({ hops: 1 }),
  revision: 7,
  timeoutMs: 4000,
  place: false,
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

describe('a request that was placed here', () => {
  const placed = callOf({ place: true });

  test('runs in an idle sandbox, else in the next that is to be had', async () => {
    for (const [own, trace] of [
      ['idle', 'run-warm'],
      ['busy', 'run'],
      ['not-here', 'run'],
    ] as const) {
      const { router, done } = makeRouter({ own });
      assert.deepEqual(await router.receive(placed), { kind: 'ran', outcome: outcomeOf() });
      assert.equal(done(), trace);
    }
  });

  test('is sent back at once where there is no room', async () => {
    const { router, done } = makeRouter({ hasRoom: false });
    assert.deepEqual(await router.receive(placed), { kind: 'busy' });
    assert.equal(done(), '');
  });

  test('is not here where the function is not known as it is there', async () => {
    const { router, done } = makeRouter();
    assert.deepEqual(await router.receive({ ...placed, revision: 8 }), { kind: 'not-here' });
    assert.equal(done(), '');
  });

  test('is sent back where no sandbox can be made, and fails where it may have begun', async () => {
    const receive = (code: ErrorCode, own: 'idle' | 'not-here') => {
      const outcome = () => Promise.reject(new HearthError(code, 'It does not work.'));
      return makeRouter({ own, outcome }).router.receive(placed);
    };
    for (const code of ['sandbox-unavailable', 'bundle-missing', 'draining', 'storage'] as const) {
      assert.deepEqual(await receive(code, 'not-here'), { kind: 'busy' }, code);
      assert.equal((await receive(code, 'idle')).kind, 'failed', code);
    }
    for (const code of ['internal', 'too-many-requests'] as const) {
      assert.equal((await receive(code, 'not-here')).kind, 'failed', code);
    }
  });
});
