/**
 * Gossip between real processes on a real network that loses, delays and cuts: eight nodes, each in a
 * network namespace of its own. Root only. The numbers that it prints are of this machine and this run;
 * those of the claim come from `npm run bench:gossip`.
 */
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { sweepLeftovers } from '../../src/agent/index.js';
import { sandboxManifest } from '../../src/types/index.js';
import { eventually } from './cluster-harness.js';
import { exchangeDatagrams } from './netns/echo.js';
import { Member } from './netns/member.js';
import { between, type Direction, Network, noNetwork } from './netns/network.js';

const size = 8;
const statusNow = (observer: Member, id: string): string => observer.now.statuses[id] ?? 'unknown';

describe('eight nodes on a network of their own', { skip: noNetwork() }, () => {
  let network: Network;
  let members: Member[];

  before(async () => {
    network = await Network.open(size);
    const secretFile = join(network.directory, 'secret');
    writeFileSync(secretFile, '0123456789abcdef0123456789abcdef\n', { mode: 0o600 });
    members = Array.from(
      { length: size },
      (_, index) => new Member({ network, number: index + 1, secretFile }),
    );
  });

  afterEach(async () => {
    await network.heal();
    await network.delay(0);
    await network.lose(0);
  });

  after(async () => {
    if (network === undefined) return;
    for (const each of members) if (each.runs) await each.end('SIGKILL');
    for (const entry of readdirSync(network.directory)) {
      await sweepLeftovers(join(network.directory, entry, sandboxManifest));
    }
    network.close();
  });

  const member = (i: number): Member => {
    const found = members[i - 1];
    assert.ok(found);
    return found;
  };
  const allBut = (...numbers: number[]): Member[] =>
    members.filter(({ number }) => !numbers.includes(number));

  /** Resolves with the milliseconds since `sinceMs` once all of `some` hold `about` for this. */
  const untilSeen = async (
    some: readonly Member[],
    about: readonly Member[],
    status: string,
    sinceMs: number,
    withinMs: number,
  ): Promise<number> => {
    const wrong = (): string[] =>
      some.flatMap((observer) =>
        about
          .filter(({ id }) => statusNow(observer, id) !== status)
          .map(({ id, number }) => `${observer.number}: ${number} ${statusNow(observer, id)}`),
      );
    await eventually(
      async () => wrong(),
      (those) => those.length === 0,
      sinceMs + withinMs - Date.now(),
    );
    return Date.now() - sinceMs;
  };

  /** Every time that one of `some` believed one of `about` dead or gone. */
  const deathsIn = (some: readonly Member[], about: readonly Member[], sinceMs: number): string[] =>
    some.flatMap((observer) =>
      observer
        .since(sinceMs)
        .flatMap((seen) =>
          about
            .filter(({ id }) => ['dead', 'left'].includes(seen.statuses[id] ?? ''))
            .map(({ id, number }) => `${observer.number}: ${number} ${seen.statuses[id]}`),
        ),
    );

  const untilAllAlive = (sinceMs: number, withinMs: number): Promise<number> =>
    untilSeen(members, members, 'alive', sinceMs, withinMs);

  /** Whatever the test before has left: a clear network, and all views equal. */
  const beginQuietly = async (): Promise<void> => {
    await untilAllAlive(Date.now(), 10_000);
  };

  test('the network loses, delays and cuts as it is told to', async () => {
    const clear = await exchangeDatagrams(network, 1, 2, 100);
    assert.equal(clear.lost, 0);
    assert.ok(clear.minMs < 20, `a round trip takes ${clear.minMs} ms`);
    await network.delay(50);
    await network.lose(0.1);
    const faulty = await exchangeDatagrams(network, 1, 2, 400);
    assert.ok(faulty.minMs >= 100 && faulty.minMs < 120, `it takes ${faulty.minMs} ms`);
    // there and back: 19 % on the average, and never half or double of that by chance
    assert.ok(faulty.lost > 38 && faulty.lost < 152, `${faulty.lost} of 400 lost`);
    await network.lose(0);
    await network.cut([[2, 1]]);
    assert.equal((await exchangeDatagrams(network, 1, 2, 20)).lost, 20);
    await network.heal();
    assert.equal((await exchangeDatagrams(network, 1, 2, 20)).lost, 0);
  });

  test('they find each other with 10 % loss and 50 ms one way, and nobody is declared dead for 10 s', async (t) => {
    await network.delay(50);
    await network.lose(0.1);
    const startMs = Date.now();
    await member(1).start();
    await Promise.all(allBut(1).map((joining) => joining.start([member(1)])));
    t.diagnostic(`all started after ${Date.now() - startMs} ms`);
    const tookMs = await untilAllAlive(startMs, 30_000);
    t.diagnostic(`all views equal ${tookMs} ms after the first start`);

    const settledMs = Date.now();
    await delay(10_000);
    assert.deepEqual(deathsIn(members, members, settledMs), []);
    await untilAllAlive(Date.now(), 5000);
  });

  test('a partition is seen by both halves, and all views are equal soon after it heals', async (t) => {
    await beginQuietly();
    await network.delay(50);
    await network.lose(0.1);
    const halves = [members.slice(0, 4), members.slice(4)] as const;
    const [some, others] = halves;
    const numbers = (half: readonly Member[]) => half.map(({ number }) => number);
    const cutMs = Date.now();
    await network.cut(between(numbers(some), numbers(others)));
    const seen = await Promise.all([
      untilSeen(some, others, 'dead', cutMs, 10_000),
      untilSeen(others, some, 'dead', cutMs, 10_000),
    ]);
    t.diagnostic(`the halves saw each other dead after ${seen.join(' and ')} ms`);
    for (const half of halves) assert.deepEqual(deathsIn(half, half, cutMs), []);

    await network.heal();
    const healMs = Date.now();
    t.diagnostic(`all views equal ${await untilAllAlive(healMs, 5000)} ms after the heal`);
    for (const half of halves) assert.deepEqual(deathsIn(half, half, cutMs), []);
  });

  test('a link that is cut in one direction convicts nobody', async (t) => {
    await beginQuietly();
    const cutMs = Date.now();
    await network.cut([[2, 3]]);
    await delay(5000);
    assert.deepEqual(deathsIn(members, members, cutMs), []);
    const suspects = members.filter(({ id }) =>
      members.some((one) => one.since(cutMs).some((seen) => seen.statuses[id] === 'suspect')),
    );
    t.diagnostic(
      `suspected meanwhile: ${suspects.map(({ number }) => number).join(', ') || 'nobody'}`,
    );
    await network.heal();
    await untilAllAlive(Date.now(), 2000);
  });

  test('a node that hears nothing is dead to the others, and back when it hears again', async (t) => {
    await beginQuietly();
    const deaf = member(4);
    const others = allBut(4);
    const cutMs = Date.now();
    await network.cut(others.map(({ number }): Direction => [number, 4]));
    const tookMs = await untilSeen(others, [deaf], 'dead', cutMs, 10_000);
    t.diagnostic(`dead to all others after ${tookMs} ms`);
    assert.deepEqual(deathsIn(others, others, cutMs), []);

    await network.heal();
    t.diagnostic(`all views equal ${await untilAllAlive(Date.now(), 5000)} ms after the heal`);
    assert.deepEqual(deathsIn(others, others, cutMs), []);
  });

  test('a process that stood still for two seconds is back within one, and has convicted nobody', async (t) => {
    await beginQuietly();
    const stopped = member(5);
    const stopMs = Date.now();
    stopped.signal('SIGSTOP');
    await delay(2000);
    stopped.signal('SIGCONT');
    const continueMs = Date.now();
    t.diagnostic(`alive everywhere after ${await untilAllAlive(continueMs, 1000)} ms`);
    const buriers = allBut(5).filter((one) => deathsIn([one], [stopped], stopMs).length > 0);
    t.diagnostic(`${buriers.length} of the others had declared it dead`);
    await delay(1000);
    assert.deepEqual(deathsIn([stopped], members, stopMs), []);
    assert.deepEqual(deathsIn(allBut(5), allBut(5), stopMs), []);
    await untilAllAlive(Date.now(), 100);
  });

  test('a node that is told to end has left to all others at once, whatever it still has to do', async (t) => {
    await beginQuietly();
    const leaving = member(7);
    const others = allBut(7);
    const endMs = await leaving.end('SIGINT');
    await untilSeen(others, [leaving], 'left', endMs, 1000);
    const took = others.map((one) => one.tookMs(leaving.id, 'left', endMs));
    t.diagnostic(`known to all after ${Math.max(...took)} ms, looking every 25`);
    for (const one of others) {
      const statuses = new Set(one.since(endMs).map((seen) => seen.statuses[leaving.id]));
      assert.deepEqual([...statuses], ['alive', 'left'], 'neither suspect nor dead');
    }
    await leaving.start([member(1)]);
    await untilAllAlive(Date.now(), 10_000);
  });

  test('a killed process is dead to all others within a second', async (t) => {
    await beginQuietly();
    const killed = member(8);
    const others = allBut(8);
    const killMs = await killed.end('SIGKILL');
    await untilSeen(others, [killed], 'dead', killMs, 1000);
    const took = others.map((one) => one.tookMs(killed.id, 'dead', killMs));
    t.diagnostic(
      `known to the first after ${Math.min(...took)} ms, to all ${Math.max(...took)} ms`,
    );
    assert.deepEqual(deathsIn(others, others, killMs), []);
  });

  test('it starts again on the same data: the same member, alive, with a later admission', async (t) => {
    const { id } = member(8);
    const before = member(1).now.admissions[id] ?? 0;
    const startMs = Date.now();
    await member(8).start([member(1)]);
    assert.equal(member(8).id, id);
    t.diagnostic(`alive everywhere ${await untilAllAlive(startMs, 10_000)} ms after the start`);
    for (const observer of members) {
      await eventually(
        async () => observer.now.admissions[id] ?? 0,
        (admission) => admission > before,
        2000,
      );
    }
  });

  test('its address taken over by another node does not bring the dead one back', async () => {
    const { id: dead } = member(8);
    const killMs = await member(8).end('SIGKILL');
    // at once, while most still believe that the address is the killed one's
    await member(8).start([member(1)], 'node-8-again');
    await eventually(
      async () => member(8).now.self,
      (self) => self !== null && self !== dead,
    );
    await untilAllAlive(Date.now(), 10_000);
    await eventually(
      async () => members.map((observer) => statusNow(observer, dead)),
      (statuses) => statuses.every((status) => status === 'dead' || status === 'unknown'),
      5000,
    );
    const deadMs = Date.now();
    await delay(2000);
    for (const observer of members) {
      const later = observer.since(deadMs).map((seen) => seen.statuses[dead] ?? 'unknown');
      assert.ok(!later.includes('alive'), `${observer.number} believes the dead one alive again`);
    }
    assert.deepEqual(deathsIn(members, members, killMs), []);
  });
});
