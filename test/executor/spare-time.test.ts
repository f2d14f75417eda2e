import { strict as assert } from 'node:assert';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { spareTime } from '../../src/executor/index.js';
import { SimulatedClock } from '../../src/lib/index.js';

const root = mkdtempSync(join(tmpdir(), 'hearth-time-'));
mkdirSync(join(root, 'proc'));

/** What is told between two such lines of a host; the event loop is so busy. */
function toldOf(first: string, second: string, loopLoad = 0): boolean {
  const clock = new SimulatedClock();
  const spare = spareTime(clock, () => loopLoad, root);
  const stat = join(root, 'proc/stat');
  writeFileSync(stat, `${first}\ncpu0 0 0 0 9000 0 0 0 0 0 0\n`);
  assert.equal(spare(), false);
  writeFileSync(stat, `${second}\ncpu0 0 0 0 9900 0 0 0 0 0 0\n`);
  clock.advance(249);
  assert.equal(spare(), false, 'too soon to tell');
  clock.advance(1);
  return spare();
}

describe('time to spare', () => {
  after(() => rmSync(root, { recursive: true }));
  const before = 'cpu  1000 10 200 5000 20 0 5 7 0 0';

  it('is there where a fifth of all processors had nothing to do, or waited for disks', () => {
    assert.equal(toldOf(before, 'cpu  1080 10 200 5015 25 0 5 7 0 0'), true);
    assert.equal(toldOf(before, 'cpu  1081 10 200 5014 25 0 5 7 0 0'), false);
  });

  it('is not there where other guests of the host took it', () => {
    assert.equal(toldOf(before, 'cpu  1000 10 200 5010 20 0 5 97 0 0'), false);
  });

  it('is not there where the thread that feeds sandboxes is busy', () => {
    assert.equal(toldOf(before, 'cpu  1000 10 200 5200 20 0 5 7 0 0', 0.8), true);
    assert.equal(toldOf(before, 'cpu  1000 10 200 5200 20 0 5 7 0 0', 0.81), false);
  });

  it('is not told from what was long ago', () => {
    const clock = new SimulatedClock();
    const spare = spareTime(clock, () => 0, root);
    spare();
    clock.advance(1001);
    assert.equal(spare(), false);
    clock.advance(1000);
    assert.equal(spare(), true);
  });

  it('is believed to be there on a host that does not say', () => {
    assert.equal(toldOf('', ''), true);
  });
});
