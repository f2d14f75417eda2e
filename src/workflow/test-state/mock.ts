/** What a mock may say of a state, and what it says in its place. */
import { HearthError } from '../../types/index.js';
import { isJsonObject, type JsonValue } from '../json.js';
import { resourceOf, type State } from '../language/index.js';
import { shapeProblem } from './shapes.js';
import type { Texts } from './texts.js';
import type { Mock, TestStateRequest } from './types.js';

/** In place of what would have been asked of the outside. */
export type MockedOutcome =
  | { readonly kind: 'result'; readonly value: JsonValue }
  | { readonly kind: 'failure'; readonly error: string; readonly cause: string };

/** Throws `validation`, `invalid-definition`; undefined where nothing is mocked. */
export function readMock(
  request: TestStateRequest,
  state: State,
  texts: Texts,
): MockedOutcome | undefined {
  const { mock } = request;
  if (mock === undefined) {
    checkUnmocked(request, state);
    return undefined;
  }
  const { result, errorOutput } = mock;
  if (result !== undefined && errorOutput !== undefined) {
    throw invalid(
      'A test mock should have only one of the following fields: [result, errorOutput].',
    );
  }
  if (request.revealSecrets === true) {
    throw invalid('TestState does not support RevealSecrets when a mock is specified.');
  }
  if (!mockedTypes.includes(state.Type)) {
    throw invalid(`State type '${state.Type}' is not supported when a mock is specified`);
  }
  if (errorOutput !== undefined) {
    return { kind: 'failure', error: errorOutput.error ?? '', cause: errorOutput.cause ?? '' };
  }
  if (result === undefined) return undefined;
  const value = resultOf(result, texts);
  checkResult(value, state, mock.fieldValidationMode ?? 'STRICT');
  return { kind: 'result', value };
}

const mockedTypes: readonly string[] = ['Task', 'Map', 'Parallel'];

function checkUnmocked({ roleArn, stateConfiguration }: TestStateRequest, state: State): void {
  if (stateConfiguration?.mapIterationFailureCount !== undefined) {
    throw unsupported('MapIterationFailureCount');
  }
  if (stateConfiguration?.retrierRetryCount !== undefined) throw unsupported('RetrierRetryCount');
  if (stateConfiguration?.errorCausedByState !== undefined) throw unsupported('ErrorCausedByState');
  if (stateConfiguration?.mapItemReaderData !== undefined) throw unsupported('MapItemReaderData');
  if (state.Type === 'Map' || state.Type === 'Parallel') {
    throw new HearthError(
      'invalid-definition',
      'TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]',
    );
  }
  if (state.Type !== 'Task') return;
  const resource = resourceOf(state.Resource);
  const isWaiting = resource?.kind === 'service' && resource.mode !== 'request-response';
  if (resource?.kind === 'activity' || isWaiting) {
    throw new HearthError(
      'invalid-definition',
      'TestState API does not support Activity tasks, or the .sync and .waitForTaskToken service integration patterns, when a mock is not specified.',
    );
  }
  if (roleArn === undefined) throw invalid('RoleArn must be specified when testing a Task state');
}

function unsupported(field: string): HearthError {
  return invalid(`TestState does not support ${field} when a mock is not specified.`);
}

function resultOf(text: string, texts: Texts): JsonValue {
  try {
    return texts.read(text);
  } catch {
    throw invalid('Mocked result must be valid JSON');
  }
}

function checkResult(
  value: JsonValue,
  state: State,
  mode: NonNullable<Mock['fieldValidationMode']>,
): void {
  if (state.Type === 'Map') {
    if (state.ResultWriter !== undefined) {
      if (!isJsonObject(value)) throw invalid('Mocked result must be a JSON object.');
    } else if (!Array.isArray(value)) throw invalid('Mocked result must be an array.');
  } else if (state.Type === 'Parallel') {
    if (!Array.isArray(value)) throw invalid('Mocked result must be an array.');
    if (value.length !== state.Branches.length) {
      throw invalid(
        'Mocked result must contain the same number of items as number of Parallel branches.',
      );
    }
  } else if (state.Type === 'Task' && mode !== 'NONE') {
    const resource = resourceOf(state.Resource);
    const problem = resource && shapeProblem(resource, value, mode === 'STRICT');
    if (problem) throw invalid(`Mock result schema validation error: ${problem}`);
  }
}

function invalid(message: string): HearthError {
  return new HearthError('validation', message);
}
