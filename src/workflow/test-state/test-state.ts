/** Tests one state: runs it, or what a mock says in its place, and tells where it would go and what became of its data. */
import { HearthError } from '../../types/index.js';
import { applyTemplate, writeResult } from '../data/index.js';
import { decideRetry, findCatcher } from '../engine/retry.js';
import { StateError } from '../failure.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import type { Catcher, Retrier } from '../language/index.js';
import { madeUpContext, mockedContext } from './context.js';
import { httpExchange } from './http-exchange.js';
import { runJsonataState, shaped } from './jsonata-state.js';
import { readMock } from './mock.js';
import { runPathState } from './path-state.js';
import { readSubject, type Subject } from './subject.js';
import { Texts } from './texts.js';
import { type Passed, StateEnd, type TestStateParts, Trial } from './trial.js';
import type { TestStateAnswer, TestStateRequest } from './types.js';

export type TestState = (request: TestStateRequest) => Promise<TestStateAnswer>;

/** What it makes throws HearthError: `validation`, `invalid-definition`, `invalid-execution-input`. */
export function testStateWith(parts: TestStateParts): TestState {
  return async (request) => {
    const subject = readSubject(request.definition, request.stateName);
    const trial = trialOf(request, subject, parts);
    const isJsonata = subject.language === 'JSONata';
    let answer: TestStateAnswer;
    try {
      const passed = await (isJsonata ? runJsonataState(trial) : runPathState(trial));
      answer = { status: 'SUCCEEDED', ...told(trial, passed) };
    } catch (error) {
      if (!(error instanceof StateError || error instanceof StateEnd)) throw error;
      answer = await recovered(trial, error, isJsonata);
    }
    return inspected(trial, answer);
  };
}

function trialOf(request: TestStateRequest, subject: Subject, parts: TestStateParts): Trial {
  const { name, state } = subject;
  const texts = new Texts();
  const mock = readMock(request, state, texts);
  const input = parsed('input', request.input ?? '{}', texts);
  const variables = parsed('variables', request.variables ?? '{}', texts);
  if (!isJsonObject(variables)) {
    throw new HearthError('validation', 'Invalid variables: must be a JSON object');
  }
  const context =
    request.context === undefined
      ? madeUpContext({
          input,
          roleArn: request.roleArn,
          stateName: name,
          nowMs: parts.clock.wallMs(),
          uuid: () => parts.uuid(),
        })
      : mockedContext(request.context);
  return new Trial({ request, name, state, input, context, variables, mock, texts }, parts);
}

function parsed(what: 'input' | 'variables', text: string, texts: Texts): JsonValue {
  try {
    return texts.read(text);
  } catch {
    throw what === 'input'
      ? new HearthError('invalid-execution-input', "Invalid State Machine Execution Input: 'input'")
      : new HearthError('validation', 'Invalid variables: must be valid JSON');
  }
}

function told(trial: Trial, { output, next }: Passed): Partial<TestStateAnswer> {
  const text = trial.facts.texts.write(output);
  return { output: text, ...(next === undefined ? {} : { nextState: next }) };
}

/** What the state does about its failure: tries again, goes on elsewhere, or fails. */
async function recovered(
  trial: Trial,
  failure: StateError | StateEnd,
  isJsonata: boolean,
): Promise<TestStateAnswer> {
  if (failure instanceof StateEnd) return { status: 'FAILED', ...failure.told };
  const { error, causeText: cause } = failure;
  const { state, request } = trial.facts;
  const { Retry, Catch } = state as { Retry?: readonly Retrier[]; Catch?: readonly Catcher[] };
  const details: Record<string, number> = {};
  const used = request.stateConfiguration?.retrierRetryCount ?? 0;
  const tries = (Retry ?? []).map(() => used);
  const decision = decideRetry(Retry, tries, error, () => 1);
  if (decision !== null) {
    details.retryIndex = decision.retrier;
    if (decision.delaySeconds !== null) {
      details.retryBackoffIntervalSeconds = Math.round(decision.delaySeconds);
    }
    trial.inspection.errorDetails = details;
    if (decision.delaySeconds !== null) return { status: 'RETRIABLE', error, cause };
  }
  const index = findCatcher(Catch, error);
  const catcher = Catch?.[index];
  if (catcher === undefined) return { status: 'FAILED', error, cause };
  trial.inspection.errorDetails = { ...details, catchIndex: index };
  const errorOutput = { Error: error, Cause: cause };
  const passed = isJsonata
    ? await shaped(trial, catcher, errorOutput, catcher.Next, { errorOutput })
    : caughtByPath(trial, catcher, errorOutput);
  return { status: 'CAUGHT_ERROR', error, cause, ...told(trial, passed) };
}

function caughtByPath(trial: Trial, catcher: Catcher, errorOutput: JsonObject): Passed {
  if (catcher.Assign !== undefined) {
    const values = applyTemplate(catcher.Assign, trial.scope(errorOutput));
    if (isJsonObject(values)) trial.assign(values);
  }
  const output = writeResult(catcher.ResultPath, trial.facts.input, errorOutput);
  return { output, next: catcher.Next };
}

function inspected(trial: Trial, answer: TestStateAnswer): TestStateAnswer {
  const { inspectionLevel = 'INFO', revealSecrets = false } = trial.facts.request;
  if (inspectionLevel === 'INFO') return answer;
  if (Object.keys(trial.variables).length > 0) trial.note('variables', trial.variables);
  const exchange = inspectionLevel === 'TRACE' ? httpExchange(trial, revealSecrets) : {};
  return { ...answer, inspectionData: { ...trial.inspection, ...exchange } };
}
