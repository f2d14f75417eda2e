import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SharedTurns } from '../../src/lib/index.js';

/** Time that passes only by work, and turns that are counted. */
function world() {
  let nowMs = 0;
  let turns = 0;
  const rests: number[] = [];
  const clock = {
    nowMs: () => nowMs,
    after: (ms: number, then: () => void) => {
      rests.push(ms);
      setImmediate(then);
      return () => {};
    },
  };
  const turn = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    turns++;
  };
  const work = (ms: number): void => {
    nowMs += ms;
  };
  return { clock, turn, work, rests, turnsSoFar: () => turns };
}

describe('turns that many share', () => {
  it('are over for all once one has used what there is, until the next turn', async () => {
    const { clock, turn, work } = world();
    const turns = new SharedTurns(clock, 3, turn);
    assert.equal(turns.isOver(), false);
    work(2);
    assert.equal(turns.isOver(), false);
    work(2);
    assert.equal(turns.isOver(), true);
    await turn();
    assert.equal(turns.isOver(), false);
  });

  it('are given to one after the other, in the order in which they ask', async () => {
    const { clock, turn, turnsSoFar } = world();
    const turns = new SharedTurns(clock, 3, turn);
    const when: [name: string, turn: number][] = [];
    const asking = async (name: string): Promise<void> => {
      for (let round = 0; round < 3; round++) {
        await turns.next();
        when.push([name, turnsSoFar()]);
      }
    };
    await Promise.all([asking('a'), asking('b'), asking('c')]);
    assert.equal(when.map(([name]) => name).join(''), 'abcabcabc');
    assert.equal(new Set(when.map(([, at]) => at)).size, when.length);
  });

  it('are followed by as long a rest where one took far more than there is', async () => {
    const { clock, turn, work, rests } = world();
    const turns = new SharedTurns(clock, 3, turn);
    const long = turns.next().then(() => work(100));
    const short = turns.next().then(() => work(4));
    await Promise.all([long, short]);
    assert.deepEqual(rests, [100]);
  });
});
