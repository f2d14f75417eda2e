import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HearthError } from '../../src/types/index.js';
import type { FakeRollout } from './fake-rollout.js';
import { guardedHarness, makeHarness, other } from './harness.js';

const asked = (harness: ReturnType<typeof makeHarness>) =>
  (harness.deps.rollout as FakeRollout).asked;

describe('the pages of the rollout', () => {
  it('tell how it stands, on any node', async () => {
    const page = (await makeHarness().call('GET', '/_hearth/rollout')).json();
    assert.equal(page.formatLevel, 2);
    assert.equal(page.current, null);
  });

  it('begin one from a manifest, or from what the source offers, and say who asked', async () => {
    const harness = makeHarness();
    const answer = await harness.call('POST', '/_hearth/rollout/start', { body: { version: '1' } });
    assert.equal(answer.status, 202);
    assert.equal(answer.json().id, 1);
    await harness.call('POST', '/_hearth/rollout/start?again=true');
    assert.deepEqual(asked(harness), [
      { manifest: { version: '1' }, again: false, by: 'open' },
      { manifest: undefined, again: true, by: 'open' },
    ]);
    const [line] = harness.audit.map((text) => JSON.parse(text));
    assert.equal(line.action, 'hearth:StartRollout');
    assert.deepEqual(line.on, ['*']);
  });

  it('pause, resume and give up, and audit it', async () => {
    const harness = makeHarness();
    for (const what of ['pause', 'resume', 'abort']) {
      assert.equal((await harness.call('POST', `/_hearth/rollout/${what}`)).status, 202);
    }
    const told = ['pause', 'resume', 'abort'].map((what) => [what, 'open']);
    assert.deepEqual(asked(harness), told);
    assert.equal(harness.audit.length, 3);
  });

  it('answer with the sentence of what cannot be done now', async () => {
    const harness = makeHarness();
    harness.deps.rollout.tell = async () => {
      throw new HearthError('rollout-conflict', 'There is no rollout under way to abort.');
    };
    const answer = await harness.call('POST', '/_hearth/rollout/abort');
    assert.equal(answer.status, 409);
    assert.match(answer.json().message, /no rollout under way/);
  });

  it('need the rights to the cluster where callers say who they are', async () => {
    const harness = guardedHarness();
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/start'],
      ['POST', '/abort'],
    ] as const) {
      assert.equal((await harness.call(method, `/_hearth/rollout${path}`)).status, 403);
    }
    assert.deepEqual(asked(harness), []);
  });

  it('let nobody but nodes see and order what a host does', async () => {
    const harness = makeHarness();
    const order = { rollout: 1, revision: 4, place: 'a', version: '0.3.0' };
    for (const [method, path] of [
      ['GET', 'host'],
      ['GET', 'figures'],
      ['GET', 'live'],
      ['GET', 'warmth'],
      ['POST', 'warmth'],
      ['POST', 'host/prepare'],
      ['POST', 'host/start'],
      ['POST', 'host/stop'],
    ] as const) {
      const answer = await harness.call(method, `/_hearth/rollout/${path}`, { body: order });
      assert.equal(answer.status, 403, path);
    }
    assert.deepEqual(asked(harness), []);
  });

  it('take orders of nodes: a place by its name, a version, and the revision it was decided on', async () => {
    const harness = makeHarness();
    const about = { rollout: 1, revision: 4 };
    const ask = (page: string, body: unknown) =>
      harness.call('POST', `/_hearth/rollout/host/${page}`, { body, peer: other });
    const orders = [
      ['prepare', { ...about, version: '0.3.0' }],
      ['start', { ...about, place: 'a', version: '0.3.0' }],
      ['stop', { ...about, place: 'a', how: 'drain' }],
    ] as const;
    for (const [page, order] of orders) assert.equal((await ask(page, order)).status, 202);
    assert.deepEqual(asked(harness), orders);
    for (const [page, order] of [
      ['start', { ...about, place: 'a', version: '0.3.0', data: '/etc' }],
      ['start', { ...about, version: '0.3.0' }],
      ['stop', { ...about, place: 'a', how: 'burn' }],
    ] as const) {
      assert.equal((await ask(page, order)).status, 400);
    }
    assert.deepEqual(asked(harness), orders);
    assert.deepEqual(harness.audit, []);
  });

  it('tell a node what this one has in use, and make ready what another has', async () => {
    const harness = makeHarness();
    const path = '/_hearth/rollout/warmth';
    const functions = [{ functionName: 'tea', version: '$LATEST', sandboxes: 2 }];
    const told = await harness.call('GET', path, { peer: other });
    assert.deepEqual(told.json(), { functions });
    const made = await harness.call('POST', path, { body: { functions }, peer: other });
    assert.deepEqual([made.status, asked(harness)], [202, [['make', functions]]]);
    for (const sandboxes of [0, 1.5, 1e9]) {
      const body = { functions: [{ ...functions[0], sandboxes }] };
      assert.equal((await harness.call('POST', path, { body, peer: other })).status, 400);
    }
  });
});
