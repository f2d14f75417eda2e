import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { type Random, seededRandom } from '../../../src/lib/index.js';
import { Evidence } from '../../../src/rollout/figures/evidence.js';

const wantedNats = Math.log(20);

function events(random: Random, requests: number, share: number): number {
  let count = 0;
  for (let request = 0; request < requests; request++) if (random.next() < share) count++;
  return count;
}

/** How many of so many are ever taken for proven, in a hundred looks at rates that swing. */
function proven(newTimes: number, margin: number, tolerated: number): number {
  const runs = 2000;
  let count = 0;
  for (let run = 0; run < runs; run++) {
    const random = seededRandom(run);
    const evidence = new Evidence(wantedNats, 1, margin);
    for (let look = 0; look < 100; look++) {
      const share = 0.02 * (1 + Math.sin(look / 5));
      const newRequests = 1 + random.below(20);
      const oldRequests = 1 + random.below(60);
      evidence.add([
        {
          newRequests,
          newEvents: events(random, newRequests, share * newTimes + tolerated),
          oldRequests,
          oldEvents: events(random, oldRequests, share),
        },
      ]);
      if (evidence.share >= 1) {
        count++;
        break;
      }
    }
  }
  return count / runs;
}

describe('evidence that something happens more often', () => {
  it('is found with no more than its probability where it does not, at any of a hundred looks', () => {
    const share = proven(1, 0, 0);
    assert.ok(share <= 0.05 && share > 0.001, `${share}`);
  });

  it('is found no more often where it is within the margin', () => {
    const share = proven(1, 0.01, 0.01);
    assert.ok(share <= 0.05, `${share}`);
  });

  it('is found where it happens three times as often', () => {
    const share = proven(3, 0, 0);
    assert.ok(share > 0.98, `${share}`);
  });

  it('needs its number of slices, whatever happens within one', () => {
    const evidence = new Evidence(wantedNats, 3, 0);
    const slice = { newRequests: 1000, newEvents: 1000, oldRequests: 1000, oldEvents: 0 };
    for (const isProven of [false, false, true]) {
      evidence.add([slice]);
      assert.equal(evidence.share >= 1, isProven);
    }
  });

  it('is none of what only one side was asked for', () => {
    const evidence = new Evidence(wantedNats, 1, 0);
    evidence.add([{ newRequests: 10, newEvents: 10, oldRequests: 0, oldEvents: 0 }]);
    assert.equal(evidence.share, 0);
  });
});
