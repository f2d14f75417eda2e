import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { LocalHealth } from '../../src/gossip/local-health.js';
import { parameters } from '../../src/gossip/parameters.js';
import { Prober, type ProbeStep } from '../../src/gossip/prober.js';
import { RoundTrip } from '../../src/gossip/round-trip.js';
import { seededRandom } from '../../src/lib/index.js';
import { type NodeId, nodeId } from '../../src/types/index.js';

const [one, two, three] = ['1', '2', '3'].map((digit) => nodeId(digit.repeat(32))) as [
  NodeId,
  NodeId,
  NodeId,
];

function setup(...members: readonly NodeId[]) {
  let sequence = 0;
  const health = new LocalHealth();
  const prober = new Prober(seededRandom(1), health, new RoundTrip(), () => ++sequence);
  const live = new Set(members);
  return { health, prober, live };
}

/** Steps every 5 ms; all steps with their time. */
function steps(
  { prober, live }: ReturnType<typeof setup>,
  fromMs: number,
  forMs: number,
): (ProbeStep & { readonly atMs: number })[] {
  const all: (ProbeStep & { readonly atMs: number })[] = [];
  for (let atMs = fromMs; atMs < fromMs + forMs; atMs += 5) {
    for (const step of prober.step(atMs, live)) all.push({ ...step, atMs });
  }
  return all;
}

test('a probe goes straight, then through others and a stream, and fails after both had their time', () => {
  const all = steps(setup(one), 0, 600);
  const [ping, ask, failed] = all;
  assert.deepEqual(
    all.slice(0, 3).map(({ kind }) => kind),
    ['ping', 'ask-others', 'failed'],
  );
  assert.ok(ping && ask && failed);
  const { ackTimeoutMinMs, indirectStageFactor } = parameters;
  assert.equal(ask.atMs - ping.atMs, ackTimeoutMinMs);
  assert.equal(failed.atMs - ask.atMs, ackTimeoutMinMs * indirectStageFactor);
});

test('a stall gives the probe under way its time again', () => {
  const parts = setup(one);
  const [ping] = steps(parts, 0, 200);
  assert.ok(ping?.kind === 'ping');
  parts.prober.rearm(5000);
  assert.deepEqual(parts.prober.step(5000 + parameters.ackTimeoutMinMs - 1, parts.live), []);
});

test('helpers that say that they are there leave our health as it is, silent ones do not', () => {
  for (const nacks of [3, 0]) {
    const { prober, health, live } = setup(one);
    for (let atMs = 0; atMs < 1000; atMs += 5) {
      for (const step of prober.step(atMs, live)) {
        if (step.kind !== 'ask-others') continue;
        prober.helpersAsked(step.sequence, 3);
        for (let nack = 0; nack < nacks; nack++) prober.notAcknowledged(step.sequence, one);
        live.clear();
      }
    }
    assert.equal(health.multiplier, nacks === 3 ? 1 : 4);
  }
});

test('a new member is asked in this lap already', () => {
  const parts = setup(one, two);
  const targets = new Set<NodeId>();
  const answered = (fromMs: number, forMs: number): void => {
    for (let atMs = fromMs; atMs < fromMs + forMs; atMs += 5) {
      for (const step of parts.prober.step(atMs, parts.live)) {
        targets.add(step.target);
        if (step.kind === 'ping') {
          parts.prober.acknowledged(step.sequence, step.target, step.target, atMs);
        }
      }
    }
  };
  answered(0, 200);
  assert.equal(targets.size, 1);
  parts.live.add(three);
  parts.prober.added(three);
  answered(200, 400);
  assert.deepEqual([...targets].sort(), [one, two, three]);
});

test('a graver reason takes the place of a lesser, and the same member is not asked twice at once', () => {
  const { prober } = setup(one);
  const kinds = (reason: 'confirm' | 'hearsay' | 'proof', atMs: number): string[] =>
    prober.outOfTurn(one, reason, atMs).map(({ kind }) => kind);
  assert.deepEqual(kinds('confirm', 0), ['ping']);
  assert.deepEqual(kinds('confirm', 0), []);
  assert.deepEqual(kinds('proof', 0), ['ping', 'ask-others']);
  assert.deepEqual(kinds('hearsay', 0), []);
  const failed = prober.step(parameters.proofTimeoutMinMs, new Set([one]));
  assert.deepEqual(
    failed.filter(({ kind }) => kind === 'failed'),
    [{ kind: 'failed', target: one, reason: 'proof' }],
  );
});

test('probes out of turn are bounded', () => {
  const { prober } = setup(one);
  let asked = 0;
  for (let number = 0; number < 100; number++) {
    const target = nodeId(number.toString(16).padStart(32, '0'));
    asked += prober.outOfTurn(target, 'confirm', 0).length;
  }
  assert.equal(asked, parameters.extraProbesMax);
});

test('while our health is poor we probe less often', () => {
  const pings = (failures: number): number => {
    const parts = setup(one);
    for (let failure = 0; failure < failures; failure++) parts.health.refuted();
    let count = 0;
    for (let atMs = 0; atMs < 4000; atMs += 5) {
      for (const step of parts.prober.step(atMs, parts.live)) {
        if (step.kind === 'ping') count++;
        if (step.kind !== 'ask-others') continue;
        // All helpers are well, so that only what was before counts.
        parts.prober.helpersAsked(step.sequence, 1);
        parts.prober.notAcknowledged(step.sequence, one);
      }
    }
    return count;
  };
  assert.ok(pings(3) <= pings(0) / 3);
});

test('a probe of a life that has ended fails without a word', () => {
  const parts = setup(one);
  const [ping] = steps(parts, 0, 200);
  assert.ok(ping?.kind === 'ping');
  parts.live.clear();
  parts.prober.cancel(one);
  assert.deepEqual(steps(parts, 200, 1000), []);
});

test('what was only heard of fails after three probes, each with both its stages', () => {
  const parts = setup(one);
  parts.live.clear();
  const first = parts.prober.outOfTurn(one, 'hearsay', 0);
  const kinds = [...first, ...steps(parts, 0, 2000)].map(({ kind }) => kind);
  const probe = ['ping', 'ask-others'];
  assert.deepEqual(kinds, [...probe, ...probe, ...probe, 'failed']);
});
