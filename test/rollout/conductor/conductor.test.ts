import assert from 'node:assert/strict';
import { test } from 'node:test';
import { steps } from '../../../src/rollout/index.js';
import { ConductedCluster } from './conducted-cluster.js';

const hasEnded = (cluster: ConductedCluster) => cluster.rollout?.endedMs != null;
const end = (cluster: ConductedCluster) => cluster.until(() => hasEnded(cluster));
const way = steps.filter((step) => !/back|finalised/.test(step));

test('a release is rolled out to all nodes, the old Master last, and never are there fewer', async () => {
  const cluster = ConductedCluster.make(5, 'A');
  const oldMaster = cluster.master;
  await cluster.begin();
  await cluster.until(() => cluster.rollout?.step === 'baking');
  assert.equal(oldMaster.alive, false);
  await end(cluster);
  assert.equal(cluster.rollout?.step, 'finalised');
  assert.deepEqual(cluster.versions, ['B']);
  assert.equal(cluster.living.length, 5);
  assert.equal(cluster.aliveMin, 5);
  assert.equal(cluster.master.rollouts.state.formatLevel, 2);
  const drained = cluster.nodes.filter(({ version }) => version === 'A');
  assert.equal(drained.length, 5);
  await cluster.pass(500);
  assert.equal((await cluster.master.front.page()).comparison, null);
});

test('before a node is asked to leave, a new one has ready what it has in use', async () => {
  const cluster = ConductedCluster.make(5, 'A');
  const old = cluster.nodes.map(({ id }) => id);
  const oldMaster = cluster.master.id;
  await cluster.begin();
  await end(cluster);
  const { handed } = cluster;
  assert.deepEqual(handed.map((one) => one.of).sort(), old.sort());
  assert.equal(handed.at(-1)?.of, oldMaster);
  for (const { of, by, living } of handed) {
    assert.equal(by, 'B');
    assert.ok((living as string[]).includes(of), `${of} has left before`);
  }
});

test('whoever is Master goes on when the one before dies, at every step', async () => {
  for (const step of way) {
    const cluster = ConductedCluster.make(5, 'A');
    await cluster.begin();
    await cluster.until(() => cluster.rollout?.step === step);
    const { master } = cluster;
    cluster.kill(master);
    const asked = master.asked.length;
    await end(cluster);
    assert.equal(cluster.rollout?.step, 'finalised', step);
    assert.deepEqual(cluster.versions, ['B'], step);
    assert.equal(cluster.living.length, 5, step);
    assert.equal(master.asked.length, asked, `a dead Master asks nobody (${step})`);
  }
});

test('who is Master no more asks nobody any more, and watches no source', async () => {
  const cluster = ConductedCluster.make(5, 'A');
  const oldMaster = cluster.master;
  await cluster.begin();
  await cluster.until(() => cluster.rollout?.step === 'draining');
  assert.notEqual(cluster.master, oldMaster);
  assert.deepEqual([...cluster.watching], [cluster.master.id]);
  const asked = oldMaster.asked.length;
  await cluster.pass(1000);
  assert.equal(oldMaster.alive, true);
  assert.equal(oldMaster.asked.length, asked);
  assert.deepEqual(
    [...oldMaster.signals].map(({ aborted }) => aborted),
    [true],
  );
});

test('a rollout that is given up goes back at every step, and is not begun again but by hand', async () => {
  for (const step of way) {
    const cluster = ConductedCluster.make(5, 'A');
    await cluster.begin();
    await cluster.until(() => cluster.rollout?.step === step);
    const [, anybody] = cluster.living;
    await anybody?.front.tell('abort', 'someone');
    await end(cluster);
    assert.equal(cluster.rollout?.step, 'rolled-back', step);
    assert.match(cluster.rollout?.reason ?? '', /aborted by someone/);
    assert.deepEqual(cluster.versions, ['A'], step);
    assert.equal(cluster.living.length, 5, step);
    assert.ok(cluster.aliveMin >= 5, step);
    await assert.rejects(cluster.begin(), { code: 'rollout-conflict', message: /rolled back/ });
    assert.equal((await cluster.begin({}, true)).id, 2);
  }
});

test('a release whose functions fail is rolled back by itself, before it leads', async () => {
  const cluster = ConductedCluster.make(5, 'A', {
    errors: (version) => (version === 'B' ? 0.2 : 0),
  });
  await cluster.begin();
  await end(cluster);
  const { rollout } = cluster;
  assert.equal(rollout?.step, 'rolled-back');
  assert.match(rollout?.reason ?? '', /worse/);
  assert.equal(rollout?.comparison?.verdict, 'bad');
  assert.equal(cluster.master.rollouts.state.cohort, null);
  assert.deepEqual(cluster.versions, ['A']);
});

test('nothing begins while a rollout is paused', async () => {
  const cluster = ConductedCluster.make(5, 'A');
  await cluster.begin();
  await cluster.until(() => cluster.rollout?.step === 'draining');
  await cluster.master.front.tell('pause', 'someone');
  await cluster.pass(2000);
  const living = cluster.living.map(({ id }) => id);
  for (let look = 0; look < 100; look++) await cluster.pass(100);
  assert.deepEqual(
    cluster.living.map(({ id }) => id),
    living,
  );
  await cluster.master.front.tell('resume', 'someone');
  await end(cluster);
  assert.equal(cluster.rollout?.step, 'finalised');
});

test('a release that a host cannot be given goes back with the reason', async () => {
  const prepare = async (host: string, version: string): Promise<void> => {
    if (host === 'host-3' && version === 'B') throw new Error('the digest is another');
  };
  const cluster = ConductedCluster.make(5, 'A', { prepare });
  await cluster.begin();
  await end(cluster);
  assert.equal(cluster.rollout?.step, 'rolled-back');
  assert.match(cluster.rollout?.reason ?? '', /the digest is another/);
});

test('an order that was decided on an older revision is not carried out', async () => {
  const cluster = ConductedCluster.make(5, 'A');
  await cluster.begin();
  await cluster.until(() => cluster.rollout?.step === 'draining');
  const { host } = cluster.master.front;
  const { id = 0, revision = 0 } = cluster.rollout ?? {};
  const old = { rollout: id, revision: revision - 1 };
  await assert.rejects(host.stop({ ...old, place: 'a', how: 'kill' }), {
    code: 'revision-mismatch',
  });
  await assert.rejects(host.start({ ...old, place: 'a', version: 'B' }), {
    code: 'revision-mismatch',
  });
  const other = { rollout: id + 1, revision };
  await assert.rejects(host.stop({ ...other, place: 'a', how: 'kill' }), {
    code: 'revision-mismatch',
  });
  await assert.rejects(host.start({ rollout: id, revision, place: 'a', version: 'C' }), {
    code: 'rollout-conflict',
    message: /nothing to do with C/,
  });
});

test('a rollout does not begin to what runs already, nor from nodes of several releases', async () => {
  const cluster = ConductedCluster.make(3, 'A');
  await assert.rejects(cluster.begin({ version: 'A' }), { message: /run A already/ });
  await assert.rejects(cluster.master.rollouts.tell('abort', 'someone'), {
    message: /no rollout under way/,
  });
  await cluster.begin();
  await cluster.until(() => cluster.versions.length > 1);
  await assert.rejects(cluster.begin({ version: 'C' }), { message: /is under way/ });
  const mixed = ConductedCluster.make(3, (host) => (host === 'host-3' ? 'A2' : 'A'));
  await assert.rejects(mixed.begin(), { message: /run A and A2; a rollout begins from one/ });
});
