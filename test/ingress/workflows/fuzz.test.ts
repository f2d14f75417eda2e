/**
 * Every operation of Step Functions, asked with inputs that are mostly right, with some members wild and bodies spoilt:
 * always an answer that AWS's clients understand, never a 500, and nothing broken. `HEARTH_FUZZ_ROUNDS=10000` asks more.
 */
import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type OperationName, operationNames } from '../../../src/workflow/index.js';
import type { Members } from '../../../src/workflow/service/shape.js';
import { shapes } from '../../../src/workflow/service/shapes.js';
import type { Answer } from '../harness.js';
import { wildValue } from '../shape-values.js';
import { ask } from './asking.js';
import { furnished, prefix, rightInputs } from './right-values.js';
import { sfnErrors, sfnOperations } from './sfn-model.js';

const rounds = Number(process.env.HEARTH_FUZZ_ROUNDS ?? 150);
const seed = Number(process.env.HEARTH_FUZZ_SEED ?? 20_261_123);

/** What stands before the service, on AWS as well. */
const common = new Set([
  'SerializationException',
  'RequestEntityTooLargeException',
  'ValidationException',
]);

const wild = fc.oneof(
  wildValue,
  fc
    .constantFrom(
      ...[
        'stateMachine:m:1',
        'stateMachine:m:live',
        'stateMachine:m:9',
        'stateMachine:m:',
        'activity',
      ],
      ...['execution:m:none', 'express:m-express:x:y', 'mapRun:m/l:x', 'stateMachine:m/label', ''],
    )
    .map((rest) => prefix + rest),
  fc.constantFrom(
    'arn:aws:states:eu-west-1:1:stateMachine:m',
    'arn:',
    'a'.repeat(81),
    'x'.repeat(300_000),
    '{"StartAt":"A","States":{}}',
    '['.repeat(100_000),
  ),
);

describe('every operation of Step Functions, asked wildly', () => {
  for (const name of operationNames) {
    it(`${name} answers as AWS's clients expect`, async () => {
      const harness = await furnished();
      let succeeded = 0;
      await fc.assert(
        fc.asyncProperty(inputs(name), spoilers, async (input, spoil) => {
          const answer = await ask(harness, name, spoil(JSON.stringify(input)));
          check(name, answer);
          if (answer.status === 200) succeeded++;
        }),
        { seed, numRuns: rounds },
      );
      assert.ok(succeeded > 0, 'nothing ever succeeded');
    });
  }
});

/** About one member of each is another than it should be, or none. */
function inputs(name: OperationName): fc.Arbitrary<unknown> {
  const right = Object.entries(rightInputs('m')[name]);
  const members: Members = shapes[name];
  const others = Object.keys(members).filter(
    (member) => !right.some(([known]) => known === member),
  );
  const weight = 1 + 2 * right.length;
  const kept = right.map(
    ([member, value]) =>
      [
        member,
        fc.oneof({ weight, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: wild }),
      ] as const,
  );
  const added = others.map(
    (member) => [member, fc.option(wild, { nil: undefined, freq: 2 })] as const,
  );
  return fc.record(Object.fromEntries([...kept, ...added, ['notThere', fc.constant(1)]]));
}

const spoilers = fc.oneof(
  { weight: 12, arbitrary: fc.constant((json: string) => json as string | Uint8Array) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<(json: string) => string | Uint8Array>(
      (json) => json.slice(0, -1),
      (json) => json + json,
      (json) => json.replace('{', '{"__proto__":{"name":"x"},'),
      (json) => json.replaceAll('"', '\u0000"'),
      () => '',
      () => 'null',
      () => '[]',
      () => Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
      () => '['.repeat(100_000),
      () => `{"a":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_001)}`,
    ),
  },
);

function check(name: OperationName, { status, headers, text }: Answer): void {
  assert.ok(status === 200 || status === 400 || status === 413, `${status}: ${text.slice(0, 500)}`);
  assert.equal(headers['content-type'], 'application/x-amz-json-1.0');
  const body = JSON.parse(text) as Record<string, unknown>;
  const model = sfnOperations.find((operation) => operation.name === name);
  if (status === 200) {
    const { members = [], requiredCount = 0 } = model?.output ?? {};
    if (name === 'TestState') return;
    const unknown = Object.keys(body).filter((member) => !members.includes(member));
    assert.deepEqual(unknown, [], text);
    const missing = members.slice(0, requiredCount).filter((member) => body[member] === undefined);
    assert.deepEqual(missing, [], text);
    return;
  }
  const [, error = ''] = String(body.__type).split('#');
  assert.ok(sfnErrors.has(error) || common.has(error), text.slice(0, 500));
  assert.equal(typeof (body.message ?? body.Message), 'string');
  assert.ok(text.length < 20_000, `${text.length} characters`);
}
