import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parseDefinition, parseState } from '../../../src/workflow/language/index.js';

const suites = resolve(fileURLToPath(import.meta.url), '../../../../../../shared/suites');
const skip = existsSync(suites) ? false : 'the recordings are not here';

interface Step {
  readonly op?: string;
  readonly expectError?: boolean;
  readonly params?: { readonly definition?: unknown; readonly type?: 'STANDARD' | 'EXPRESS' };
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
      count++;
      checkAnswer(scenario, op, text, params?.type ?? 'STANDARD', expectError === true);
    }
  }
  assert.ok(count > 700, `${count} definitions`);
});

function checkAnswer(
  { id, expected, localstackMessage }: Scenario,
  op: string,
  text: string,
  type: 'STANDARD' | 'EXPRESS',
  expectsError: boolean,
): void {
  const answer = JSON.stringify(expected);
  // what TestState does not do without a mock is no matter of the language
  const isOther = answer.includes('TestState API does not support');
  const isRefused =
    answer.includes('"result":"FAIL"') ||
    (expectsError && answer.includes('InvalidDefinition') && !isOther);
  const isState = op === 'TestState';
  const parsed =
    isState && !('States' in JSON.parse(text))
      ? parseState(text, type)
      : parseDefinition(text, type);
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
