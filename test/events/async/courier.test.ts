import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EventCommand } from '../../../src/events/async/command.js';
import { Courier } from '../../../src/events/async/courier.js';
import type { DeliveryResult } from '../../../src/events/index.js';
import { nextTurn, SimulatedClock } from '../../../src/lib/index.js';
import { ended, idOf, nodeA, nodeB, Proposals, submit } from './commands.js';

/** A courier over a state that applies at once what is noted. */
function makeCourier() {
  const clock = new SimulatedClock();
  const log = new Proposals();
  const tries: string[] = [];
  const world = {
    result: (): DeliveryResult | Promise<DeliveryResult> => ({ kind: 'done' }),
    apply(...commands: EventCommand[]) {
      const { changed } = log.core.apply(log.batch(commands));
      for (const event of changed) courier.changed(event);
    },
    async pass(ms: number) {
      clock.advance(ms);
      await nextTurn();
    },
  };
  const courier = new Courier(
    {
      clock,
      self: () => nodeA,
      get: (id) => log.core.get(id),
      note: (command) => queueMicrotask(() => world.apply(command)),
      deliver: async ({ id }, { target }, attempt) => {
        tries.push(`${id.slice(-1)} ${target} ${attempt}`);
        return world.result();
      },
    },
    { runningMax: 8, triedForMs: 60_000 },
  );
  return { world, courier, log, tries, clock };
}

describe('the courier of events', () => {
  it('tells each destination of an event, and notes that it was told', async () => {
    const { world, log, tries } = makeCourier();
    world.apply(submit(1), ended(1, 'Success', ['s', 't']));
    await nextTurn();
    assert.deepEqual(tries, ['1 s 1', '1 t 1']);
    assert.equal(log.event(1).status, 'done');
  });

  it('tries again after a second, two, four, until it is taken', async () => {
    const { world, log, tries } = makeCourier();
    world.result = () => ({ kind: 'retry', error: 'nobody answers' });
    world.apply(submit(1), ended(1, 'Success', ['s']));
    await nextTurn();
    for (const ms of [1100, 2100]) await world.pass(ms);
    assert.equal(log.event(1).status, 'delivering');
    world.result = () => ({ kind: 'done' });
    await world.pass(4100);
    assert.deepEqual(tries, ['1 s 1', '1 s 2', '1 s 3', '1 s 4']);
    assert.equal(log.event(1).status, 'done');
  });

  it('tries again what a deliverer throws', async () => {
    const { world, log } = makeCourier();
    world.result = () => Promise.reject(new Error('unforeseen'));
    world.apply(submit(1), ended(1, 'Success', ['s']));
    await nextTurn();
    world.result = () => ({ kind: 'done' });
    await world.pass(1100);
    assert.equal(log.event(1).status, 'done');
  });

  it('gives up what is refused at once, and what nobody takes for long: then the event is dead', async () => {
    const { world, log, tries } = makeCourier();
    world.result = () => ({ kind: 'refused', error: 'no such stream' });
    world.apply(submit(1), ended(1, 'RetriesExhausted', ['s']));
    await nextTurn();
    assert.deepEqual([log.event(1).status, tries.length], ['dead', 1]);
    assert.equal(log.event(1).deliveries[0]?.error, 'no such stream');
    world.result = () => ({ kind: 'retry', error: 'nobody answers' });
    world.apply(submit(2), ended(2, 'Success', ['s']));
    for (let second = 0; second < 70; second++) await world.pass(1000);
    assert.deepEqual([log.event(2).status, tries.length], ['dead', 7]);
  });

  it('tells once more what is redriven, and nothing of what other nodes own', async () => {
    const { world, log, tries, courier } = makeCourier();
    world.result = () => ({ kind: 'refused', error: 'no' });
    world.apply(submit(1), ended(1, 'Success', ['s']));
    await nextTurn();
    world.result = () => ({ kind: 'done' });
    world.apply({ kind: 'redrive', id: idOf(1), round: 0 });
    await nextTurn();
    assert.deepEqual([log.event(1).status, tries.length], ['done', 2]);
    log.by(nodeB, submit(2), ended(2, 'Success', ['s']));
    courier.changed(log.event(2));
    assert.equal(tries.length, 2);
    log.apply({ kind: 'adopt', from: nodeB, to: [nodeA], itemsMax: 1 });
    courier.replace(log.core.openOf(nodeA));
    await nextTurn();
    assert.deepEqual([log.event(2).status, tries.length], ['done', 3]);
  });

  it('that stops breaks off what it tries, and notes nothing of it', async () => {
    const { world, log, courier } = makeCourier();
    let end: (result: DeliveryResult) => void = () => {};
    world.result = () => new Promise((resolve) => (end = resolve));
    world.apply(submit(1), ended(1, 'Success', ['s']));
    courier.stop();
    end({ kind: 'retry', error: 'broken off' });
    await nextTurn();
    assert.equal(log.event(1).status, 'delivering');
  });
});
