import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { SimulatedClock } from '../../../src/lib/index.js';
import { bucketOf, quantileMs, total } from '../../../src/rollout/figures/buckets.js';
import {
  difference,
  FiguresRecorder,
  type FunctionFigures,
  figuresSchema,
  type NodeFigures,
  type Ran,
} from '../../../src/rollout/index.js';

/** Left out at the beginning. */
const nothing = { invocations: 0, samples: 0 };
const warm: Ran = { start: 'warm', hops: 0, functionError: false };

function of(figures: NodeFigures, name: string): FunctionFigures {
  const found = figures.functions.find((each) => each.name === name);
  assert.ok(found !== undefined, `${name} is among ${figures.functions.map((each) => each.name)}`);
  return found;
}

describe('the figures of a node', () => {
  it('have the times of warm invocations that ran here, to a tenth', () => {
    const recorder = new FiguresRecorder(new SimulatedClock(), nothing);
    for (const ms of [0.05, 3, 3, 800, 1e9]) recorder.answered('f', 200, warm, ms);
    const { requests, warmBuckets } = of(recorder.figures(), 'f');
    assert.deepEqual([requests, total(warmBuckets)], [5, 5]);
    const medianMs = quantileMs(warmBuckets, 0.5) ?? 0;
    assert.ok(medianMs >= 3 && medianMs <= 3.3, `${medianMs}`);
    assert.deepEqual([warmBuckets[0], warmBuckets.at(-1)], [1, 1]);
  });

  it('leave out the times of a process that has just started, and count what fails', () => {
    const clock = new SimulatedClock();
    const recorder = new FiguresRecorder(clock, { invocations: 2, samples: 3 });
    recorder.start();
    for (const ms of [900, 900, 3]) recorder.answered('f', 200, warm, ms);
    recorder.answered('f', 503, null, 5);
    clock.advance(500);
    const { lagBuckets } = recorder.figures();
    const { requests, failures, warmBuckets } = of(recorder.figures(), 'f');
    assert.deepEqual([requests, failures, total(warmBuckets)], [4, 1, 1]);
    assert.ok((quantileMs(warmBuckets, 0.5) ?? 0) < 4);
    assert.equal(total(lagBuckets), 2);
    recorder.stop();
  });

  it('count without their time what was forwarded, waited for a sandbox, or failed', () => {
    const recorder = new FiguresRecorder(new SimulatedClock(), nothing);
    recorder.answered('f', 200, { ...warm, hops: 1 }, 5);
    recorder.answered('f', 200, { ...warm, start: 'cold' }, 5);
    recorder.answered('f', 200, { ...warm, start: 'stolen' }, 5);
    recorder.answered('f', 200, { ...warm, functionError: true }, 5);
    recorder.answered('f', 503, null, 5);
    const { requests, functionErrors, failures, warmBuckets } = of(recorder.figures(), 'f');
    assert.deepEqual([requests, functionErrors, failures, warmBuckets], [5, 1, 1, []]);
  });

  it('have what forwards took beside the function, of all functions', () => {
    const recorder = new FiguresRecorder(new SimulatedClock(), nothing);
    for (const [name, durationMs] of Object.entries({ f: 0.5, g: 500 })) {
      recorder.answered(name, 200, { ...warm, hops: 1, durationMs }, durationMs + 3);
    }
    recorder.answered('f', 200, { ...warm, hops: 1, start: 'cold', durationMs: 1 }, 50);
    const { forwardedBuckets } = recorder.figures();
    assert.deepEqual([total(forwardedBuckets), forwardedBuckets[bucketOf(3)]], [2, 2]);
  });

  it('call nothing a failure that callers cause, or that functions answer', () => {
    const recorder = new FiguresRecorder(new SimulatedClock(), nothing);
    recorder.answered('f', 500, warm, 5);
    for (const status of [400, 404, 429, 501]) recorder.answered('f', status, null, 5);
    assert.equal(of(recorder.figures(), 'f').failures, 0);
    recorder.brokeOff('f', 'failures');
    assert.equal(of(recorder.figures(), 'f').failures, 1);
  });

  it('take names only from what ran, and as many as there is room for', () => {
    const recorder = new FiguresRecorder(new SimulatedClock(), nothing);
    for (let name = 0; name < 100; name++) recorder.answered(`nothing-${name}`, 500, null, 1);
    for (let name = 0; name < 100; name++) recorder.answered(`f-${name}`, 200, warm, 1);
    const figures = recorder.figures();
    assert.equal(figures.functions.length, 65);
    assert.deepEqual([of(figures, '').requests, of(figures, '').failures], [136, 100]);
    assert.deepEqual(figuresSchema.parse(JSON.parse(JSON.stringify(figures))), figures);
  });

  it('make room where functions are no longer asked for', () => {
    const recorder = new FiguresRecorder(new SimulatedClock(), nothing);
    for (let name = 0; name < 64; name++) recorder.answered(`old-${name}`, 200, warm, 1);
    for (let round = 0; round < 1002; round++) {
      recorder.answered('old-1', 200, warm, 1);
      recorder.answered('late', 200, warm, 1);
    }
    const names = recorder.figures().functions.map((each) => each.name);
    assert.deepEqual(names, ['old-1', 'late', '']);
  });

  it('sample how late the event loop is', () => {
    const clock = new SimulatedClock();
    const recorder = new FiguresRecorder(clock, nothing);
    recorder.start();
    clock.advance(1000);
    recorder.stop();
    clock.advance(1000);
    assert.deepEqual(recorder.figures().lagBuckets, [10]);
  });
});

describe('what was counted between two readings', () => {
  function counted(times: number, startedMs: number, name = 'f'): NodeFigures {
    const warmBuckets = [0, times];
    return {
      startedMs,
      functions: [{ name, requests: times, failures: times, functionErrors: 0, warmBuckets }],
      forwardedBuckets: [times],
      lagBuckets: [times],
    };
  }

  it('is the difference', () => {
    assert.deepEqual(difference(counted(7, 1), counted(3, 1)), counted(4, 1));
    assert.deepEqual(difference(counted(7, 1), counted(3, 1, 'g')).functions, [
      ...counted(7, 1).functions,
    ]);
  });

  it('is everything where the node has started anew, or the function has got room anew', () => {
    assert.deepEqual(difference(counted(7, 2), counted(3, 1)), counted(7, 2));
    assert.deepEqual(difference(counted(2, 1), counted(3, 1)).functions, counted(2, 1).functions);
  });
});

describe('buckets of time', () => {
  it('hold each time up to their bound', () => {
    const bounds = Array.from({ length: 142 }, (_, index) => 0.1 * 1.1 ** index);
    for (const [index, bound] of bounds.slice(0, -1).entries()) {
      assert.equal(bucketOf(bound), index);
      assert.equal(bucketOf(bound * 1.001), index + 1);
    }
    assert.deepEqual([bucketOf(-1), bucketOf(Number.NaN), bucketOf(1e12)], [0, 0, 141]);
  });
});
