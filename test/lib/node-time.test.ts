import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { NodeTime, SimulatedClock } from '../../src/lib/index.js';
import { toleranceMs } from '../../src/lib/node-time.js';

const hourMs = 3_600_000;

/** A machine whose clock can be set, and the two threads of a node on it, that began at different moments. */
class Machine {
  readonly steady = new SimulatedClock();
  readonly control: NodeTime;
  readonly data: NodeTime;
  aheadMs = 0;

  constructor() {
    const { steady } = this;
    const systemMs = (): number => 70_000 + steady.nowMs();
    const clockOf = (beganMs: number) =>
      Object.assign(Object.create(steady) as SimulatedClock, {
        nowMs: () => steady.nowMs() - beganMs,
        machineWallMs: () => this.machineMs,
      });
    this.data = new NodeTime(clockOf(0), undefined, systemMs);
    steady.advance(500);
    this.control = new NodeTime(clockOf(500), this.data.memory, systemMs);
  }

  get machineMs(): number {
    return this.rightMs + this.aheadMs;
  }

  get rightMs(): number {
    return this.steady.wallMs();
  }

  /** What the control thread finds: the right time. */
  hold(): void {
    this.control.hold(this.rightMs - (this.steady.nowMs() - 500), this.aheadMs);
  }
}

test('where no time is held the clock of the machine is followed at once', () => {
  const machine = new Machine();
  for (const aheadMs of [0, hourMs, -hourMs]) {
    machine.aheadMs = aheadMs;
    assert.equal(machine.data.wallMs(), machine.machineMs);
  }
  assert.equal(machine.data.isHeld, false);
  machine.hold();
  machine.control.hold(null, 0);
  assert.equal(machine.data.wallMs(), machine.machineMs);
});

test('where one is held a clock that is set to another time changes nothing, in either thread', () => {
  const machine = new Machine();
  machine.hold();
  for (const aheadMs of [hourMs, -hourMs, 87_600 * hourMs]) {
    machine.steady.advance(1234);
    machine.aheadMs = aheadMs;
    assert.equal(machine.data.wallMs(), machine.rightMs);
    assert.equal(machine.control.wallMs(), machine.rightMs);
  }
  assert.equal(machine.data.isHeld, true);
});

test('a clock that is nearly right counts itself', () => {
  const machine = new Machine();
  machine.hold();
  for (const aheadMs of [toleranceMs, -toleranceMs]) {
    machine.aheadMs = aheadMs;
    assert.equal(machine.data.wallMs(), machine.machineMs);
  }
});

test('how wrong it is can be read in the other thread', () => {
  const machine = new Machine();
  machine.aheadMs = -hourMs;
  machine.hold();
  assert.equal(machine.data.aheadMs, -hourMs);
});
