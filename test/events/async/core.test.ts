import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { limits } from '../../../src/types/index.js';
import {
  attempted,
  delivered,
  ended,
  idOf,
  nodeA,
  nodeB,
  nodeC,
  Proposals,
  submit,
} from './commands.js';

const accepted = (n: number, duplicate = false) => ({
  kind: 'accepted',
  id: idOf(n),
  duplicate,
});
const changed = (count: number) => ({ kind: 'changed', count });

describe('an event', () => {
  it('belongs to the node that accepted it, and ends once, whoever says so first', () => {
    const log = new Proposals();
    assert.deepEqual(log.by(nodeB, submit(1)), [accepted(1)]);
    assert.equal(log.event(1).owner, nodeB);
    assert.deepEqual([...log.core.openOf(nodeB)], [log.event(1)]);
    assert.deepEqual(log.apply(ended(1, 'Success')), [changed(1)]);
    assert.deepEqual(log.apply(ended(1, 'RetriesExhausted')), [changed(0)]);
    const { status, outcome, payload, payloadBytes } = log.event(1);
    assert.deepEqual([status, outcome?.condition], ['done', 'Success']);
    assert.deepEqual([payload.length, payloadBytes], [0, 7]);
    assert.deepEqual([...log.core.owners()], []);
  });

  it('waits between its attempts, and counts each of them once', () => {
    const log = new Proposals();
    log.apply(submit(1), attempted(1, 1, 60_000));
    const { status, attempts, retryAtMs } = log.event(1);
    assert.deepEqual([status, attempts, retryAtMs], ['waiting', 1, log.wallMs + 60_000]);
    assert.deepEqual(log.apply(attempted(1, 1)), [changed(0)]);
    assert.deepEqual(log.apply(attempted(1, 2), ended(1, 'Success')), [changed(1), changed(1)]);
    assert.deepEqual(log.apply(attempted(1, 3)), [changed(0)]);
  });

  it('can be cancelled while it has not ended', () => {
    const log = new Proposals();
    log.apply(submit(1), submit(2), attempted(2), ended(1, 'Success'));
    const results = log.apply({ kind: 'cancel', id: idOf(1) }, { kind: 'cancel', id: idOf(2) });
    assert.deepEqual(results, [changed(0), changed(1)]);
    assert.equal(log.event(2).status, 'cancelled');
    assert.deepEqual(log.apply(ended(2, 'Success')), [changed(0)]);
  });

  it('is delivering until all its destinations have been told, and dead where one could not', () => {
    const log = new Proposals();
    log.apply(submit(1), ended(1, 'Success', ['s', 't']));
    assert.equal(log.event(1).status, 'delivering');
    assert.equal(log.event(1).payload.length, 7);
    assert.deepEqual(log.apply(delivered(1, 0), delivered(1, 0)), [changed(1), changed(0)]);
    log.apply(delivered(1, 1, 'nobody there'));
    const { status, deliveries } = log.event(1);
    assert.equal(status, 'dead');
    assert.deepEqual(
      deliveries.map(({ state, error }) => [state, error]),
      [
        ['done', ''],
        ['failed', 'nobody there'],
      ],
    );
  });

  it('that failed is dead where no destination took it, else failed', () => {
    const log = new Proposals();
    log.apply(submit(1), submit(2), ended(1, 'RetriesExhausted'));
    log.apply(ended(2, 'EventAgeExceeded', ['d']), delivered(2, 0));
    assert.deepEqual([log.event(1).status, log.event(2).status], ['dead', 'failed']);
    assert.equal(log.event(1).payload.length, 7);
  });

  it('that is dead is redriven once for each time that it died, by whoever is asked', () => {
    const log = new Proposals();
    log.apply(submit(1), ended(1, 'RetriesExhausted'));
    const redrive = { kind: 'redrive', id: idOf(1), round: 0 } as const;
    assert.deepEqual(log.by(nodeC, redrive, redrive), [changed(1), changed(0)]);
    const { status, round, owner, attempts } = log.event(1);
    assert.deepEqual([status, round, owner, attempts], ['queued', 1, nodeC, 0]);
    assert.deepEqual(log.apply(ended(1, 'Success')), [changed(0)], 'of the round before');
    log.apply(ended(1, 'RetriesExhausted', [], { round: 1 }));
    assert.equal(log.event(1).status, 'dead');
    assert.deepEqual(log.apply(redrive), [changed(0)]);
  });

  it('whose function succeeded has only its failed deliveries redriven', () => {
    const log = new Proposals();
    log.apply(submit(1), ended(1, 'Success', ['s', 't']), delivered(1, 0), delivered(1, 1, 'no'));
    log.apply({ kind: 'redrive', id: idOf(1), round: 0 });
    const { status, deliveries } = log.event(1);
    assert.equal(status, 'delivering');
    assert.deepEqual(
      deliveries.map(({ state }) => state),
      ['done', 'pending'],
    );
    log.apply(delivered(1, 1, '', 1));
    assert.equal(log.event(1).status, 'done');
  });
});

describe('a duplicate', () => {
  it('by its id is the first one, as long as that is remembered', () => {
    const log = new Proposals();
    log.apply(submit(1));
    assert.deepEqual(log.apply(submit(1)), [accepted(1, true)]);
    log.apply(ended(1, 'Success'));
    assert.deepEqual(log.apply(submit(1)), [accepted(1, true)]);
    assert.equal(log.event(1).status, 'done');
    const [other] = log.apply(submit(1, { functionName: 'g' }));
    assert.equal(other?.kind, 'refused');
  });

  it('by its idempotency key is the first one for a day, for each function apart', () => {
    const log = new Proposals();
    log.apply(submit(1, { idempotencyKey: 'k' }), ended(1, 'Success'));
    assert.deepEqual(log.apply(submit(2, { idempotencyKey: 'k' })), [accepted(1, true)]);
    const another = submit(3, { idempotencyKey: 'k', functionName: 'g' });
    assert.deepEqual(log.apply(another), [accepted(3)]);
    log.wallMs += limits.idempotencyKeptMs - 1;
    assert.deepEqual(log.apply(submit(4, { idempotencyKey: 'k' })), [accepted(1, true)]);
    log.wallMs += 2;
    assert.deepEqual(log.apply(submit(5, { idempotencyKey: 'k' })), [accepted(5)]);
  });
});

describe('what is kept', () => {
  it('is bounded in bytes: an event that does not fit is refused, and one that ends makes room', () => {
    const log = new Proposals();
    const payload = Buffer.alloc(limits.eventPendingBytesMax / 2);
    log.apply(submit(1, { payload }), submit(2, { payload }));
    const [refused] = log.apply(submit(3));
    assert.ok(refused?.kind === 'refused' && refused.code === 'too-many-requests');
    log.apply(ended(1, 'Success'));
    assert.deepEqual(log.apply(submit(3)), [accepted(3)]);
    log.core.invariants();
  });

  it('of answers is what there is room for beside the events that wait', () => {
    const log = new Proposals();
    const payload = Buffer.alloc(limits.eventPendingBytesMax - 8);
    log.apply(submit(1, { payload }), attempted(1));
    assert.equal(log.event(1).outcome?.answer.length, 8);
    log.apply(submit(2, { payload: Buffer.alloc(0) }), attempted(2));
    const { answer, answerBytes } = log.event(2).outcome ?? {};
    assert.deepEqual([answer?.length, answerBytes], [0, 8]);
  });

  it('of events that have ended goes after a day', () => {
    const log = new Proposals();
    log.apply(submit(1), ended(1, 'Success'), submit(2), submit(3), ended(3, 'RetriesExhausted'));
    log.wallMs += limits.eventKeptMs + 1;
    log.apply(submit(4));
    assert.deepEqual(
      [1, 2, 3, 4].map((n) => log.core.get(idOf(n))?.status),
      [undefined, 'queued', 'dead', 'queued'],
    );
  });

  it('of dead events is bounded: the oldest are given up, but still told of', () => {
    const log = new Proposals();
    const payload = Buffer.alloc(limits.eventDeadBytesMax / 2);
    for (const n of [1, 2, 3]) {
      log.apply(submit(n, { payload }), ended(n, 'RetriesExhausted'));
    }
    assert.deepEqual(
      [1, 2, 3].map((n) => log.event(n).status),
      ['failed', 'failed', 'dead'],
    );
    assert.equal(log.event(1).payload.length, 0);
    log.core.invariants();
  });
});

describe('events of a node that is gone', () => {
  it('are given to others in turn, some at a time, what is being delivered among them', () => {
    const log = new Proposals();
    log.apply(...[1, 2, 3, 4, 5].map((n) => submit(n)), ended(2, 'Success', ['s']));
    const adopt = { kind: 'adopt', from: nodeA, to: [nodeB, nodeC], itemsMax: 3 } as const;
    assert.deepEqual(log.by(nodeC, adopt), [changed(3)]);
    assert.equal([...log.core.openOf(nodeA)].length, 2);
    assert.deepEqual(log.by(nodeC, adopt, adopt), [changed(2), changed(0)]);
    assert.deepEqual([...log.core.openOf(nodeA)], []);
    const counts = [nodeB, nodeC].map((node) => [...log.core.openOf(node)].length);
    assert.deepEqual(counts, [3, 2]);
    log.core.invariants();
  });
});
