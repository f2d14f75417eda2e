/**
 * Every operation of AWS's model, asked from its shape: wrong types, missing and unknown members, lengths, numbers,
 * unicode, duplicates, broken JSON, wrong types of content. Never a 500, and always an answer that AWS's clients
 * understand. `HEARTH_FUZZ_ROUNDS=10000` asks more of each.
 */
import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { operations } from '../../src/ingress/ingress.js';
import { checkAwsAnswer } from './aws-answer.js';
import { createBody, functions, type Harness, makeHarness } from './harness.js';
import { type ModelOperation, modelOperations } from './sdk-shapes.js';
import { wildRequest } from './shape-values.js';

const rounds = Number(process.env.HEARTH_FUZZ_ROUNDS ?? 120);
const seed = Number(process.env.HEARTH_FUZZ_SEED ?? 20_261_122);

/** What Hearth has no table entry for is asked too: it must say so. */
const offered = new Set(operations.map(({ name }) => name));

describe('every operation, asked from its shape', () => {
  for (const operation of modelOperations) {
    it(`${operation.name} answers as AWS's clients expect`, async () => {
      const harness = await furnished();
      const statuses = new Map<number, number>();
      await fc.assert(
        fc.asyncProperty(wildRequest(operation), async ({ method, target, headers, body }) => {
          const answer = await harness.call(method, target, { headers, body });
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
          checkAwsAnswer(answer, operation);
        }),
        { seed, numRuns: offered.has(operation.name) ? rounds : Math.ceil(rounds / 10) },
      );
      assertReached(operation, statuses);
    });
  }
});

/** A function with a version, an alias, a policy and a URL, and a layer: there is something to find. */
async function furnished(): Promise<Harness> {
  const harness = makeHarness();
  const asked: readonly (readonly [string, string, unknown])[] = [
    ['POST', functions, createBody('f', { Publish: true, Tags: { a: 'b' } })],
    ['POST', functions, createBody('g')],
    ['POST', `${functions}/f/aliases`, { Name: 'live', FunctionVersion: '1' }],
    ['POST', '/2018-10-31/layers/l/versions', { Content: createBody('l').Code }],
    ['POST', '/2021-10-31/functions/f/url', { AuthType: 'NONE' }],
    ['PUT', '/2019-09-25/functions/f/event-invoke-config', { MaximumRetryAttempts: 1 }],
  ];
  for (const [method, target, body] of asked) {
    const answer = await harness.call(method, target, { body });
    assert.ok(answer.status < 300, `${method} ${target}: ${answer.text}`);
  }
  return harness;
}

/** Most of what is sent must get behind the checks of members, or nothing is shown. */
function assertReached({ name }: ModelOperation, statuses: ReadonlyMap<number, number>): void {
  if (!offered.has(name)) return;
  const beyond = [...statuses.keys()].filter((status) => status < 400 || status > 400);
  assert.ok(beyond.length > 0, `${name} was only ever answered ${[...statuses.keys()]}`);
}
