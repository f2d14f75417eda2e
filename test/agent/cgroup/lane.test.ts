import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { Lane } from '../../../src/agent/cgroup/index.js';

describe('a lane', () => {
  it('runs one operation after another in the order of asking, whatever becomes of them', async () => {
    const lane = new Lane();
    const trace: string[] = [];
    const ends: (() => void)[] = [];
    const operation = (name: string, fails = false) => {
      return lane.run(async () => {
        trace.push(`${name} begins`);
        await new Promise<void>((resolve) => ends.push(resolve));
        trace.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      });
    };
    const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    const [a, b, c] = [operation('a'), operation('b', true), operation('c')];
    const refused = assert.rejects(b, { message: 'b' });
    for (let i = 0; i < 3; i++) {
      await settle();
      assert.equal(ends.length, 1, 'one at a time');
      ends.pop()?.();
    }
    await refused;
    assert.deepEqual([await a, await c], ['a', 'c']);
    const wanted = ['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]);
    assert.deepEqual(trace, wanted);
  });
});
