import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { CallSlots } from '../../../src/agent/docker/call-slots.js';

const forever = new AbortController().signal;
const full = (): Error => new Error('full');

/** An operation that ends when told. */
function gate(): { readonly operation: () => Promise<void>; open: () => void; began: boolean } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const made = {
    open,
    began: false,
    operation: () => {
      made.began = true;
      return opened;
    },
  };
  return made;
}

describe('slots for calls', () => {
  it('are given in the order of asking', async () => {
    const slots = new CallSlots(1, 10);
    const gates = [gate(), gate(), gate()];
    const runs = gates.map(({ operation }) => slots.run(operation, forever, full));
    for (const [index, { open }] of gates.entries()) {
      assert.deepEqual(
        gates.map(({ began }) => began),
        gates.map((_, other) => other <= index),
      );
      open();
      await runs[index];
      // the next begins in the turn after
      await Promise.resolve();
    }
    assert.equal(slots.waiting, 0);
  });

  it('are refused at once where too many wait', async () => {
    const slots = new CallSlots(1, 1);
    const held = gate();
    const runs = [
      slots.run(held.operation, forever, full),
      slots.run(async () => 2, forever, full),
    ];
    await assert.rejects(
      slots.run(async () => 3, forever, full),
      /full/,
    );
    held.open();
    assert.deepEqual(await Promise.all(runs), [undefined, 2]);
    assert.equal(await slots.run(async () => 4, forever, full), 4);
  });

  it('are not kept for who has given up, nor lost by who fails', async () => {
    const slots = new CallSlots(1, 10);
    const held = gate();
    const first = slots.run(held.operation, forever, full);
    const controller = new AbortController();
    const second = slots.run(async () => 2, controller.signal, full);
    controller.abort(new Error('too late'));
    await assert.rejects(second, /too late/);
    assert.equal(slots.waiting, 0);
    held.open();
    await first;
    await assert.rejects(
      slots.run(async () => assert.fail('no'), forever, full),
      /no/,
    );
    assert.equal(await slots.run(async () => 3, forever, full), 3);
    await assert.rejects(
      slots.run(async () => 4, controller.signal, full),
      /too late/,
    );
  });
});
