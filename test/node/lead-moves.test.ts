/** The lead moves to a node of another release: votes, the log, the routing table and writes, with real control threads. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { functionKey, HearthError } from '../../src/types/index.js';
import { type ControlNode, startControlNodes } from './control-nodes.js';

const thumbnail = functionKey('thumbnail', '$LATEST', 7);
/** One of three nodes may stall for a moment on a machine that is busy with other tests. */
const movedMsMax = 5000;

async function started(t: TestContext, releases: readonly string[]): Promise<ControlNode[]> {
  const { nodes } = await startControlNodes(t, releases);
  return nodes;
}

/** Writes one after the other, each until it is acknowledged. */
class Writer {
  readonly acknowledged: string[] = [];
  refused = 0;
  slowestMs = 0;
  #stopped = false;

  constructor(private readonly node: ControlNode) {}

  async run(name: string): Promise<void> {
    while (!this.#stopped) {
      const command = `${name} ${this.acknowledged.length}`;
      const startMs = performance.now();
      try {
        await this.node.client.propose(Buffer.from(command), 'committed');
        this.acknowledged.push(command);
      } catch (error) {
        assert.ok(error instanceof HearthError && error.code === 'no-quorum', String(error));
        this.refused++;
      }
      this.slowestMs = Math.max(this.slowestMs, performance.now() - startMs);
    }
  }

  stop(): void {
    this.#stopped = true;
  }
}

test('a node of the next release takes over votes, lead and table, and no write or registration is lost', async (t) => {
  const nodes = await started(t, ['0.2.0', '0.2.0', '0.2.0', '0.3.0']);
  const [first, second, third, heir] = nodes;
  assert.ok(first && second && third && heir);
  third.client.claim([{ key: thumbnail, state: 'warm', load: 0 }]);
  while ((await first.client.lookup(thumbnail))?.length !== 1) await setTimeout(1);
  await assert.rejects(second.client.handOver(heir.id), { code: 'no-quorum' });
  await first.client.handOver(heir.id);
  await first.client.handOver(heir.id);
  assert.deepEqual(await heir.client.lookup(thumbnail), [{ node: third.id, load: 0 }]);

  const writers = [first, second, heir].map((node) => new Writer(node));
  const writing = writers.map((writer, number) => writer.run(`writer ${number}`));
  await setTimeout(200);
  const startMs = performance.now();
  heir.client.cohort(1);
  await heir.until(({ master, leader }) => master === heir.id && leader === heir.id);
  const movedMs = performance.now() - startMs;
  for (const node of nodes) {
    await node.until(({ master, leader }) => master === heir.id && leader === heir.id);
  }
  const knownMs = performance.now() - startMs;
  assert.deepEqual(await heir.client.lookup(thumbnail), [{ node: third.id, load: 0 }]);
  third.client.claim([{ key: thumbnail, state: 'warm', load: 50 }]);
  while ((await heir.client.lookup(thumbnail))?.[0]?.load !== 50) await setTimeout(1);
  await setTimeout(200);
  for (const writer of writers) writer.stop();
  await Promise.all(writing);

  const slowestMs = Math.max(...writers.map((writer) => writer.slowestMs));
  t.diagnostic(
    `master and leader after ${movedMs.toFixed(0)} ms, known to all after ${knownMs.toFixed(0)} ms; ` +
      `the slowest write took ${slowestMs.toFixed(0)} ms`,
  );
  assert.ok(movedMs < movedMsMax, `${movedMs} ms`);
  assert.ok(heir.view?.voters.includes(heir.id));
  assert.deepEqual(
    heir.view?.nodes.map(({ cohort }) => cohort),
    [1, 0, 0, 0],
  );
  for (const { acknowledged, refused } of writers) {
    assert.ok(acknowledged.length > 0);
    assert.equal(refused, 0, 'no write is refused');
    while (acknowledged.some((command) => !heir.commands.includes(command))) await setTimeout(1);
  }
  await first.until(({ voters }) => voters.length === 3);
  const once = new Set(first.commands);
  while (first.commands.length < heir.commands.length) await setTimeout(1);
  assert.deepEqual(first.commands, heir.commands, 'all have the same');
  t.diagnostic(`${first.commands.length - once.size} of ${once.size} writes were repeated`);

  // when it leaves, the oldest of the others goes on
  await heir.control.stop();
  await first.until(({ master, leader }) => master === first.id && leader === first.id);
  await second.client.propose(Buffer.from('after it'), 'committed');
});

test('a release too far from that of a member does not join, and says why; one minor version apart does', async (t) => {
  const { nodes, add } = await startControlNodes(t, ['0.2.0', '0.3.1']);
  const [, second] = nodes;
  assert.ok(second !== undefined);
  await second.control.stop();
  // asked is the leader, one that has to ask it, and the leader by a node that was a member before
  const third = add('0.3.1');
  await third.start();
  await third.until(() => third.isMember);
  for (const [release, change] of [
    ['0.4.0', { through: 0 }],
    ['1.2.0', { through: 2 }],
    ['0.4.1', { place: 1 }],
  ] as const) {
    const node = add(release, change);
    await node.start();
    while (node.failure === null) await setTimeout(5);
    assert.match(
      node.failure.message,
      new RegExp(
        `^Cannot join the cluster: this node is of release ${release}, and member [0-9a-f]{32} \\(.*\\) of 0\\.2\\.0; ` +
          'releases in one cluster may differ by one minor version and no major one, so upgrade by one minor version at a time\\.$',
      ),
    );
  }
});
