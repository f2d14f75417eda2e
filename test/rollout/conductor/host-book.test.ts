import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimulatedClock, silentLogger } from '../../../src/lib/index.js';
import { HostBook } from '../../../src/rollout/conductor/host-book.js';
import type { Peer } from '../../../src/rollout/conductor/peers.js';
import type { HostFacts } from '../../../src/rollout/index.js';
import { member } from './members.js';

const members = [member(1), member(2), member(3), member(4)];
/** As long as a host is left alone. */
const restMs = 500;
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Nodes 1 and 2 are on host a, 3 and 4 on b. */
function makeBook() {
  const clock = new SimulatedClock();
  const asked: string[] = [];
  const silent = new Set<string>();
  const ask = async ({ id, http }: Peer): Promise<HostFacts> => {
    asked.push(http);
    if (silent.has(http)) throw new Error('no answer');
    const host = http < 'node-3' ? 'a' : 'b';
    return { host, node: id, places: [], prepared: [], failures: {} };
  };
  const book = new HostBook({ clock, ask, logger: silentLogger });
  const look = async (of = members, afterMs = restMs): Promise<string[]> => {
    asked.length = 0;
    clock.advance(afterMs);
    book.look(of);
    await settled();
    return [...asked];
  };
  return { book, clock, silent, look, hosts: () => book.facts.map(({ host }) => host) };
}

test('every node is asked once where it lives, and then one of each host', async () => {
  const { look, hosts } = makeBook();
  assert.equal((await look()).length, 4);
  assert.deepEqual(hosts(), ['a', 'b']);
  assert.deepEqual(await look(), ['node-1:80', 'node-3:80']);
});

test('where one of a host does not answer, the next one is asked, and is the one to act', async () => {
  const { book, look, silent, hosts, clock } = makeBook();
  await look();
  silent.add('node-1:80');
  await look();
  assert.deepEqual(await look(), ['node-2:80', 'node-3:80']);
  assert.equal(book.nodeOf('a')?.http, 'node-2:80');
  assert.deepEqual(hosts(), ['a', 'b']);
  clock.advance(1001);
  assert.deepEqual(await look(), ['node-1:80', 'node-3:80']);
});

test('a host is left alone for half a second, unless something was done there or its node did not do it', async () => {
  const { book, look } = makeBook();
  await look();
  await look();
  assert.deepEqual(await look(members, restMs - 1), []);
  book.changed('a');
  assert.deepEqual(await look(members, 0), ['node-1:80']);
  const [, , three] = members;
  assert.ok(three !== undefined);
  assert.deepEqual(await look(members, 1), ['node-3:80']);
  book.doubt(three.id);
  assert.deepEqual(await look(members, 0), ['node-4:80']);
});

test('what a host said more than three seconds ago is not known any more', async () => {
  const { look, hosts, clock, silent } = makeBook();
  await look();
  clock.advance(1500);
  for (const { http } of members.slice(2)) silent.add(http);
  await look();
  assert.deepEqual(hosts(), ['a', 'b']);
  clock.advance(1001);
  assert.deepEqual(hosts(), ['a']);
});

test('who is gone is asked for nothing', async () => {
  const { book, look } = makeBook();
  await look();
  assert.deepEqual(await look(members.slice(0, 2)), ['node-1:80']);
  assert.equal(book.nodeOf('b'), undefined);
});
