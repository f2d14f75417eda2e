/** Express executions and who waits for them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  Cancellation,
  nextTurn,
  SharedTurns,
  SimulatedClock,
  silentLogger,
} from '../../../src/lib/index.js';
import { makeEngine } from '../../../src/workflow/engine/index.js';
import { Express } from '../../../src/workflow/executions/express.js';
import { ParsedDefinitions } from '../../../src/workflow/executions/parsed-definitions.js';
import type { NewExecution } from '../../../src/workflow/executions/types.js';
import { parseDefinition } from '../../../src/workflow/language/index.js';

const asked: Omit<NewExecution, 'definition'> = {
  stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:m',
  stateMachineName: 'm',
  stateMachineVersionArn: null,
  stateMachineAliasArn: null,
  revisionId: '',
  roleArn: 'arn:aws:iam::000000000000:role/r',
  type: 'EXPRESS',
  name: 'e',
  input: '{}',
  traceId: '',
  mapRunArn: null,
};

function makeExpress() {
  const clock = new SimulatedClock();
  const evaluations: Cancellation[] = [];
  const express = new Express({
    clock,
    logger: silentLogger,
    turns: new SharedTurns(clock, 3, nextTurn),
    makeEngine,
    definitions: new ParsedDefinitions((text) => {
      const parsed = parseDefinition(text, 'EXPRESS');
      if (parsed.kind === 'invalid') throw new Error(parsed.message);
      return parsed.definition;
    }),
    evaluator: {
      evaluate: (_, signal) => {
        evaluations.push(signal as Cancellation);
        return new Promise(() => {});
      },
    },
    tasks: { begin: () => () => {} },
    mapRuns: { begin: () => () => {} },
    random: () => 0,
  });
  const start = (state: object, signal?: Cancellation) => {
    const definition = JSON.stringify({ StartAt: 'A', States: { A: { ...state, End: true } } });
    return express.start({ ...asked, definition }, signal);
  };
  return { express, evaluations, start };
}

const wait = { Type: 'Wait', Seconds: 60 };

test('an execution ends when its caller goes', async () => {
  const { express, start } = makeExpress();
  const caller = new Cancellation();
  const run = start(wait, caller);
  assert.equal(express.running, 1);
  caller.abort();
  assert.equal((await run.ended).status, 'ABORTED');
  assert.equal(express.running, 0);
});

test('an execution whose caller was gone before it began ends, too', async () => {
  const { express, start } = makeExpress();
  const caller = new Cancellation();
  caller.abort();
  assert.equal((await start(wait, caller).ended).status, 'ABORTED');
  assert.equal(express.running, 0);
});

test('what is evaluated for an execution is given up with it', async () => {
  const { evaluations, start } = makeExpress();
  const caller = new Cancellation();
  const Output = '{% $sum($states.input) %}';
  start({ Type: 'Pass', QueryLanguage: 'JSONata', Output }, caller);
  assert.equal(evaluations.length, 1);
  assert.equal(evaluations[0]?.aborted, false);
  caller.abort();
  assert.equal(evaluations[0]?.aborted, true);
});
