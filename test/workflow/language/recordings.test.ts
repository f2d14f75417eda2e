import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parseDefinition } from '../../../src/workflow/language/index.js';

const suites = resolve(fileURLToPath(import.meta.url), '../../../../../../shared/suites');
const skip = existsSync(suites) ? false : 'the recordings are not here';

interface Step {
  readonly op?: string;
  readonly expectError?: boolean;
  readonly params?: {
    readonly definition?: unknown;
    readonly stateName?: string;
    readonly type?: 'STANDARD' | 'EXPRESS';
  };
}

interface Scenario {
  readonly id: string;
  readonly localstackMessage: boolean;
  readonly steps: readonly Step[];
  readonly expected: unknown;
}

const takesDefinition =
  /^(?:Create|Update)StateMachine$|^ValidateStateMachineDefinition$|^TestState$/;

test('every recorded definition is taken, or refused with what AWS said', { skip }, () => {
  let count = 0;
  for (const scenario of scenarios()) {
    for (const { op, expectError, params } of scenario.steps) {
      const text = params?.definition;
      if (!op || !takesDefinition.test(op) || typeof text !== 'string') continue;
      // a state of its own is made a machine by TestState
      if (op === 'TestState' && params?.stateName === undefined) continue;
      count++;
      checkAnswer(scenario, op, text, params?.type ?? 'STANDARD', expectError === true);
    }
  }
  assert.ok(count > 600, `${count} definitions`);
});

function checkAnswer(
  { id, expected, localstackMessage }: Scenario,
  op: string,
  text: string,
  type: 'STANDARD' | 'EXPRESS',
  expectsError: boolean,
): void {
  const answer = JSON.stringify(expected);
  const isRefused =
    answer.includes('"result":"FAIL"') || (expectsError && answer.includes('InvalidDefinition'));
  const parsed = parseDefinition(text, type);
  assert.equal(parsed.kind, isRefused ? 'invalid' : 'valid', `${id}: ${JSON.stringify(parsed)}`);
  if (parsed.kind !== 'invalid' || localstackMessage) return;
  const told = op.startsWith('Validate')
    ? parsed.diagnostics.map(({ message }) => message)
    : [parsed.message.replaceAll('arn:aws:', 'arn:<partition>:')];
  for (const message of told) assert.ok(answer.includes(JSON.stringify(message).slice(1, -1)), id);
}

function* scenarios(): Generator<Scenario> {
  for (const file of readdirSync(suites).filter((name) => name.startsWith('stepfunctions-'))) {
    const lines = gunzipSync(readFileSync(join(suites, file)))
      .toString()
      .trim()
      .split('\n');
    for (const line of lines) yield JSON.parse(line) as Scenario;
  }
}
