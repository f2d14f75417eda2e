import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command } from '../../src/catalog/index.js';
import { encodeCommand } from '../../src/catalog/index.js';
import { CatalogReplica } from '../../src/catalog/replica.js';
import { SimulatedClock } from '../../src/lib/index.js';
import { limits } from '../../src/types/index.js';
import {
  create,
  createAlias,
  deleteVersion,
  hashA,
  hashB,
  provisionOf,
  publish,
  setCode,
  setMemory,
  updateAlias,
} from './commands.js';

function makeReplica() {
  const told: string[] = [];
  const clock = new SimulatedClock();
  const replica = new CatalogReplica({
    clock,
    nextTurn: async () => {},
    codeWanted: (hash) => void told.push(`want ${hash.slice(0, 1)}`),
    changed: (name, version) => void told.push(`${name}:${version}`),
    concurrencyChanged: (name) => void told.push(`held ${name}`),
  });
  const apply = (...commands: Command[]): void => {
    for (const command of commands) {
      replica.apply(replica.core.appliedIndex + 1, encodeCommand(command));
    }
  };
  /** What was told since the last call. */
  const done = (): string => told.splice(0).join(', ');
  return { replica, clock, apply, done };
}

async function copy(from: CatalogReplica, to: CatalogReplica): Promise<void> {
  to.restoreBegin(from.core.appliedIndex);
  for await (const part of from.snapshot()) to.restorePart(part);
  await to.restoreEnd();
}

test('a command tells what is stale by it, and which code it brings', () => {
  const { apply, done } = makeReplica();
  apply(create('1', 'f'));
  assert.equal(done(), 'want a');
  apply(publish('2', 'f'), createAlias('3', 'f', 'live', '1'));
  assert.equal(done(), 'want a');
  apply(setMemory('4', 'f', 256));
  assert.equal(done(), 'f:$LATEST');
  apply(setCode('5', 'f', hashB, { versionRevisionId: 'v2' }));
  assert.equal(done(), 'f:$LATEST, want b, want b');
  apply(deleteVersion('6', 'f', '2'));
  assert.equal(done(), 'f:2');
  apply({ id: '7', kind: 'delete', name: 'f' });
  assert.equal(done(), 'f:$LATEST, f:1');
});

test('what is reserved, provisioned or started from snapshots is told of when it becomes another', () => {
  const { apply, done } = makeReplica();
  const settings = { kind: 'update-settings', revisionId: 'r', lastModified: '' } as const;
  const move = (id: string, version: string): Command =>
    updateAlias(id, 'f', 'live', { changes: { version } });
  apply(create('1', 'f'), publish('2', 'f'), createAlias('3', 'f', 'live', '1'));
  apply(setMemory('4', 'f', 256), publish('5', 'f'), move('6', '2'));
  assert.doesNotMatch(done(), /held/);
  apply({ id: '7', kind: 'reserve-concurrency', name: 'f', executions: 9 });
  assert.equal(done(), 'held f');
  apply({ id: '8', kind: 'reserve-concurrency', name: 'f', executions: 9 });
  assert.equal(done(), '');
  apply(provisionOf('9', 'f', 'live', 2));
  assert.equal(done(), 'held f');
  apply(move('10', '1'), move('11', '1'));
  assert.equal(done(), 'held f');
  apply({ id: '12', name: 'f', changes: { snapStart: true }, ...settings });
  assert.equal(done(), 'f:$LATEST');
  apply(publish('13', 'f'));
  assert.equal(done(), 'want a, held f');
  apply(deleteVersion('14', 'f', '3'));
  assert.equal(done(), 'f:3, held f');
  apply({ id: '15', kind: 'delete', name: 'f' });
  assert.equal(done(), 'f:$LATEST, f:1, f:2, held f');
});

test('after a snapshot every function that is or was to be held ready is told of', async () => {
  const leader = makeReplica();
  const { replica, apply, done } = makeReplica();
  const before = [create('1', 'f'), create('2', 'g'), create('3', 'h')];
  const reserve = (id: string, name: string): Command => {
    return { id, kind: 'reserve-concurrency', name, executions: 1 };
  };
  apply(...before, reserve('4', 'f'));
  leader.apply(...before, reserve('5', 'g'));
  done();
  await copy(leader.replica, replica);
  assert.equal(done(), 'held f, held g');
});

test('a snapshot tells only of what is different', async () => {
  const leader = makeReplica();
  const { replica, apply, done } = makeReplica();
  const before = [create('1', 'f'), create('2', 'same'), create('3', 'gone'), publish('4', 'gone')];
  apply(...before);
  leader.apply(...before);
  leader.apply(
    setCode('5', 'f', hashB),
    { id: '6', kind: 'delete', name: 'gone' },
    create('7', 'fresh'),
    publish('8', 'fresh'),
  );
  done();
  await copy(leader.replica, replica);
  const told = 'f:$LATEST, want b, gone:$LATEST, gone:1, want a, want a';
  assert.equal(done(), told);
  assert.equal(replica.core.appliedIndex, 8);
  assert.deepEqual(replica.core.list(), leader.replica.core.list());
});

test('a function that was deleted and made again behind our back is another one', async () => {
  const leader = makeReplica();
  const { replica, apply, done } = makeReplica();
  const before = [create('1', 'f'), publish('2', 'f')];
  apply(...before);
  leader.apply(
    ...before,
    { id: '3', kind: 'delete', name: 'f' },
    create('4', 'f'),
    publish('5', 'f'),
  );
  done();
  await copy(leader.replica, replica);
  assert.equal(done(), 'f:$LATEST, f:1');
});

test('while a snapshot comes the catalogue serves what it had, and goes on with it if that fails', async () => {
  const { replica, apply } = makeReplica();
  apply(create('1', 'f'));
  replica.restoreBegin(5);
  replica.restorePart(Buffer.from('{"catalogue":1,"index":5}\n'));
  assert.equal(replica.core.get('f')?.codeHash, hashA);
  assert.throws(() => replica.restoreEnd(), { code: 'log-damaged' });
  assert.throws(() => replica.restorePart(Buffer.from('{"end":1}\n')), /begin anew/);
  assert.equal(replica.core.get('f')?.codeHash, hashA);
  apply(create('2', 'g'));
  assert.equal(replica.core.appliedIndex, 2);
});

test('who waits for an index is let go by a snapshot that reaches it', async () => {
  const leader = makeReplica();
  leader.apply(create('1', 'f'), create('2', 'g'));
  const { replica } = makeReplica();
  const waits = replica.waitFor(2, 1000);
  await copy(leader.replica, replica);
  assert.equal(await waits, true);
});

test('a proposal that came back within a snapshot is answered from what that remembers', async () => {
  const leader = makeReplica();
  leader.apply(create('1', 'f'));
  const { replica } = makeReplica();
  const answer = replica.answerTo('1', async () => 1, 1000);
  await copy(leader.replica, replica);
  assert.equal((await answer).kind, 'done');
});

test('a proposal whose answer nobody knows any more is an error that may be retried', async () => {
  const { replica } = makeReplica();
  const answer = replica.answerTo('1', async () => 1, 1000);
  replica.apply(1, null);
  await assert.rejects(answer, { code: 'no-quorum', message: /its answer is not known/ });
});

test('a proposal that this node does not apply in time is an error that may be retried', async () => {
  const { replica, clock } = makeReplica();
  const answer = replica.answerTo('1', async () => 1, 1000);
  const failed = assert.rejects(answer, { code: 'no-quorum', message: /has not applied it/ });
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(1000);
  await failed;
});

test('more wait than a node holds: the next is told at once', async () => {
  const { replica } = makeReplica();
  const waiting = Array.from({ length: limits.logWaitersMax }, () => replica.waitFor(1, 1000));
  assert.equal(await replica.waitFor(1, 1000), false);
  replica.apply(1, null);
  assert.ok((await Promise.all(waiting)).every(Boolean));
});
