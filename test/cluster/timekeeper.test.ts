import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Timekeeper } from '../../src/cluster/timekeeper.js';
import { createLogger, NodeTime, SimulatedClock } from '../../src/lib/index.js';
import { nodeId } from '../../src/types/index.js';

const hourMs = 3_600_000;

class Machine extends SimulatedClock {
  aheadMs = 0;

  override machineWallMs(): number {
    return this.wallMs() + this.aheadMs;
  }
}

function makeNode(others: number) {
  const clock = new Machine();
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line).msg) };
  const logger = createLogger('warn', {}, destination);
  const time = new NodeTime(clock, undefined, () => clock.nowMs());
  const keeper = new Timekeeper({ clock, logger, time });
  keeper.start();
  const hear = (): void => {
    for (let number = 0; number < others; number++) {
      keeper.heard(nodeId(`${number}`.repeat(32)), clock.wallMs());
    }
  };
  hear();
  clock.advance(100);
  return { clock, lines, time, keeper, hear };
}

test('a clock that is set changes nothing, and is complained about once until it is right again', () => {
  const { clock, lines, time } = makeNode(2);
  for (const [aheadMs, where] of [
    [hourMs, 'ahead of'],
    [-hourMs, 'behind'],
  ] as const) {
    lines.length = 0;
    clock.aheadMs = aheadMs;
    assert.equal(time.wallMs(), clock.wallMs());
    clock.advance(60_000);
    assert.equal(time.wallMs(), clock.wallMs());
    assert.equal(time.aheadMs, aheadMs);
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', new RegExp(`is 3600 s ${where} the other nodes.*set it`));
    clock.aheadMs = 0;
    clock.advance(60_000);
    assert.equal(lines.length, 2);
    assert.match(lines[1] ?? '', /right again/);
  }
});

test('one that is right again soon is not worth a word', () => {
  const { clock, lines } = makeNode(2);
  clock.aheadMs = hourMs;
  clock.advance(2000);
  clock.aheadMs = 0;
  clock.advance(60_000);
  assert.deepEqual(lines, []);
});

test('a node with one other goes by its own clock', () => {
  const { clock, lines, time } = makeNode(1);
  clock.aheadMs = hourMs;
  assert.equal(time.wallMs(), clock.machineWallMs());
  clock.advance(60_000);
  assert.equal(time.isHeld, false);
  assert.deepEqual(lines, []);
});

test('once stopped it judges no more', () => {
  const { clock, time, keeper } = makeNode(2);
  keeper.stop();
  clock.aheadMs = hourMs;
  clock.advance(1000);
  assert.equal(time.aheadMs, 0);
});
