import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { masterDeath } from './master-death.js';

const seed = 7;

for (const zombie of [false, true]) {
  for (const loss of [0, 0.1]) {
    const how = `${zombie ? 'is cut off and reigns on' : 'dies'}${loss > 0 ? ' amid loss' : ''}`;
    test(`a master that ${how} before any event of a window is followed by one that misses nothing`, (context) => {
      let slowestMs = 0;
      let at = 0;
      for (; ; at++) {
        const { struck, convergedMs } = masterDeath({ seed, at, zombie, loss });
        if (!struck) break;
        slowestMs = Math.max(slowestMs, convergedMs);
      }
      context.diagnostic(`${at} deaths, converged after ${slowestMs.toFixed(0)} ms at the latest`);
      assert(at >= 30, `${at} events in the window`);
    });
  }
}
