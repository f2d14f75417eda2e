import { describe, it } from 'node:test';
import fc from 'fast-check';
import { kinds, Model } from './model.js';

/** More by HEARTH_POOL_RUNS. */
const runs = Number(process.env.HEARTH_POOL_RUNS ?? 10_000);

const small = fc.record(
  {
    sandboxesMax: fc.integer({ min: 1, max: 5 }),
    startsMax: fc.integer({ min: 1, max: 3 }),
    sandboxIdleMs: fc.constantFrom(50, 5000),
    historyMax: fc.constantFrom(1, 10),
    unknownServiceMs: fc.constantFrom(1, 50, 1000),
  },
  { noNullPrototype: true },
);
const steps = fc.array(fc.tuple(fc.constantFrom(...kinds), fc.nat(1000)), { maxLength: 80 });

describe('the pools, whatever happens in whatever order,', () => {
  it('never run more than they may, forget or overtake nobody, lose or leak nothing, keep what is to be kept', () => {
    fc.assert(
      fc.property(steps, small, fc.integer({ min: 1, max: 4 }), (script, limits, queueMax) =>
        new Model(limits, queueMax).play(script),
      ),
      { numRuns: runs },
    );
  });

  it('keep a wish for a sandbox though the change that it tells of has refused all who waited', () => {
    const limits = { sandboxesMax: 1, startsMax: 1, sandboxIdleMs: 50, historyMax: 1 };
    const script = [
      ['warmUp', 0],
      ['memory', 1],
      ['ready', 0],
      ['acquire', 1],
      ['acquire', 0],
      ['ended', 0],
      ['change', 0],
      ['warmUp', 0],
    ] as const;
    new Model({ ...limits, unknownServiceMs: 1 }, 1).play(script);
  });

  it('start one for who waited beside an idle sandbox for a share, and lost it to another version', () => {
    const limits = { sandboxesMax: 2, startsMax: 1, sandboxIdleMs: 50, historyMax: 1 };
    const script = [
      ['acquire', 0],
      ['acquire', 125],
      ['ready', 0],
      ['limit', 596],
      ['ready', 0],
      ['warmUp', 0],
    ] as const;
    new Model({ ...limits, unknownServiceMs: 1 }, 1).play(script);
  });
});
