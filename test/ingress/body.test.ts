import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { BodyBudget } from '../../src/ingress/http/body.js';

describe('the budget of bodies', () => {
  it('refuses what goes beyond it with a retryable error, and takes again what was given back', () => {
    const budget = new BodyBudget(100);
    budget.take(60);
    budget.take(40);
    assert.throws(() => budget.take(1), {
      code: 'too-many-requests',
      details: { Reason: 'CallerRateLimitExceeded', retryAfterS: 1 },
    });
    budget.give(60);
    budget.take(60);
    assert.equal(budget.used, 100);
  });
});
