import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { LocalHealth } from '../../src/gossip/local-health.js';
import { MemberTable } from '../../src/gossip/member-table.js';
import { parameters, suspicionTimeoutMs } from '../../src/gossip/parameters.js';
import { RoundTrip } from '../../src/gossip/round-trip.js';
import type { GossipMember } from '../../src/gossip/types.js';
import { ViewAgreement } from '../../src/gossip/view-agreement.js';
import { nextInRing } from '../../src/gossip/watch-ring.js';
import { type NodeId, nodeId } from '../../src/types/index.js';

function id(number: number): NodeId {
  return nodeId(number.toString(16).padStart(32, '0'));
}

function member(number: number, change: Partial<GossipMember> = {}): GossipMember {
  const meta = {
    http: '10.0.0.1:80',
    release: '1',
    joinedAt: number,
    load: 0,
    waiting: 0,
    freeMemoryMb: 0,
    degraded: false,
    cohort: 0,
  };
  const cluster = `10.0.0.${number}:7000`;
  return {
    id: id(number),
    generation: 1,
    incarnation: 0,
    status: 'alive',
    cluster,
    meta,
    ...change,
  };
}

test('a suspicion is six times as long while one member alone has it, and shrinks with each other one', () => {
  const timeouts = [1, 2, 3].map((accusers) => suspicionTimeoutMs(100, accusers));
  const [alone = 0, two = 0, three = 0] = timeouts;
  assert.equal(three, 1200);
  assert.equal(alone, 6 * three);
  assert.ok(three < two && two < alone, String(timeouts));
  assert.equal(suspicionTimeoutMs(100, 9), three, 'more accusers make it no shorter');
  assert.equal(suspicionTimeoutMs(100, 0), alone, 'hearsay is nobody of its own');
});

test('where nobody else can confirm a suspicion, it does not wait for that', () => {
  assert.equal(suspicionTimeoutMs(2, 1), 600);
  assert.equal(suspicionTimeoutMs(3, 1), 3600);
  assert.equal(suspicionTimeoutMs(3, 2), 600);
});

test('local health falls with missed nacks, not with a member that is really gone', () => {
  const health = new LocalHealth();
  health.probeFailed(3, 3);
  assert.equal(health.multiplier, 1, 'all helpers are there: the target is gone');
  health.probeFailed(3, 1);
  assert.equal(health.multiplier, 3);
  health.probeFailed(0, 0);
  health.refuted();
  assert.equal(health.multiplier, 5);
  for (let failed = 0; failed < 9; failed++) health.probeFailed(3, 0);
  assert.equal(health.multiplier, parameters.healthMax);
  for (let fine = 0; fine < 20; fine++) health.probeSucceeded();
  assert.equal(health.multiplier, 1);
});

test('the ack timeout follows the round trips, within its bounds', () => {
  const roundTrip = new RoundTrip();
  assert.equal(roundTrip.timeoutMs(80), 80);
  for (let sample = 0; sample < 50; sample++) roundTrip.observe(100 + (sample % 2) * 20);
  const wide = roundTrip.timeoutMs(80);
  assert.ok(wide > 120 && wide < 200, `${wide} ms for round trips of 100 and 120 ms`);
  for (let sample = 0; sample < 50; sample++) roundTrip.observe(5_000);
  assert.equal(roundTrip.timeoutMs(80), parameters.ackTimeoutMaxMs);
  for (let sample = 0; sample < 200; sample++) roundTrip.observe(1);
  assert.equal(roundTrip.timeoutMs(80), 80);
});

test('views have one checksum if and only if a reader would see the same in both', () => {
  const status = fc.constantFrom('alive' as const, 'suspect' as const, 'dead' as const);
  const change = fc.record({
    number: fc.integer({ min: 2, max: 5 }),
    status,
    generation: fc.integer({ min: 1, max: 2 }),
    incarnation: fc.integer({ min: 0, max: 3 }),
  });
  const shown = (table: MemberTable): string =>
    JSON.stringify(
      table.snapshot().map(({ id, generation, status, meta }) => {
        const live = status === 'alive' || status === 'suspect';
        return [id, generation, live ? meta.joinedAt : status];
      }),
    );
  const build = (changes: readonly { number: number }[]): MemberTable => {
    const table = new MemberTable(id(1), 100);
    table.put(member(1), 0);
    for (const { number, ...rest } of changes) {
      table.merge({ ...member(number, rest), endedS: 0, accusers: [] }, 0);
    }
    return table;
  };
  fc.assert(
    fc.property(fc.array(change), fc.array(change), (one, other) => {
      const [a, b] = [build(one), build(other)];
      assert.equal(a.view() === b.view(), shown(a) === shown(b));
    }),
  );
});

test('a member that ended an hour ago no longer counts in the checksum, and after a day is gone', () => {
  const [with2, without] = [new MemberTable(id(1), 100), new MemberTable(id(1), 100)];
  for (const table of [with2, without]) table.put(member(1), 0);
  with2.put(member(2, { status: 'dead' }), 0);
  assert.notEqual(with2.view(), without.view());
  assert.deepEqual(with2.forget(parameters.viewRetentionMs), []);
  assert.equal(with2.view(), without.view());
  assert.deepEqual(with2.forget(parameters.retentionMs), [id(2)]);
  assert.equal(with2.view(), without.view());
});

test('a difference of views is a reason to sync when it lasts, and not again at once', () => {
  const agreement = new ViewAgreement();
  const { viewSettleMs, viewSyncPauseMs } = parameters;
  assert.equal(agreement.observe('a', 'b', 0), false, 'news may be under way');
  assert.equal(agreement.observe('a', 'a', viewSettleMs), false);
  assert.equal(agreement.observe('a', 'b', viewSettleMs), true);
  assert.equal(agreement.observe('a', 'b', viewSettleMs + 1), false);
  const laterMs = viewSettleMs + viewSyncPauseMs;
  assert.equal(agreement.observe('a', 'c', laterMs), false, 'a new difference has to last too');
  assert.equal(agreement.observe('a', 'b', laterMs), true);
  assert.equal(agreement.observe('x', 'b', 2 * laterMs), false, 'we have just learnt something');
  assert.equal(agreement.observe('x', '', 3 * laterMs), false, 'an old release says nothing');
});

test('a difference that no sync mends is asked about less and less', () => {
  const agreement = new ViewAgreement();
  const syncs = (fromMs: number, toMs: number): number => {
    let count = 0;
    for (let nowMs = fromMs; nowMs < toMs; nowMs += 50) {
      if (agreement.observe('a', 'b', nowMs)) count++;
    }
    return count;
  };
  assert.ok(syncs(0, 5000) <= 3);
  assert.ok(syncs(5000, 605_000) <= 14, 'one a minute in the end');
  agreement.observe('c', 'b', 605_000);
  agreement.observe('a', 'b', 605_050);
  assert.ok(syncs(605_050, 610_000) >= 2, 'and anew when our own view has changed');
});

test('in the ring everybody is watched by three others, or by all where there are fewer', () => {
  const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(
    fc.property(numbers, (members) => {
      const ids = members.map(id);
      const watched = ids.flatMap((self) => {
        const others = ids.filter((other) => other !== self);
        return nextInRing(self, others, parameters.watchers);
      });
      for (const one of ids) {
        const watchers = watched.filter((other) => other === one).length;
        assert.equal(watchers, Math.min(parameters.watchers, ids.length - 1));
      }
    }),
  );
});
