/**
 * The Step Functions API as AWS carries it: every operation is a POST to one path, and a header tells which. Who may ask
 * for it is told by what its input names: state machines (their executions are theirs) and activities.
 */
import { limits } from '../../types/index.js';
import { inputOf, type OperationName, operationNames, wrongBody } from '../../workflow/index.js';
import type { Action } from '../action.js';
import type { Operation } from '../operation.js';
import type { WorkflowAction } from './actions.js';
import { touchedBy } from './touched.js';

export const targetPrefix = 'AWSStepFunctions.';

/** What somebody may want to know of later; executions tell of themselves. */
const changes = /^(?:Create|Update|Delete|Publish|Tag|Untag|Stop|Redrive)/;
const utf8 = new TextDecoder('utf-8', { fatal: true });

export const workflowOperations: readonly Operation[] = operationNames.map((name) => ({
  name,
  method: 'POST',
  path: '/',
  target: targetPrefix + name,
  changes: changes.test(name),
  bodyBytesMax: limits.workflowBodyBytesMax,
  touches: (action: Action) => (action.kind === 'ask-workflows' ? touchedBy(action) : []),
  parse: ({ body }) => action(name, body),
}));

function action(name: OperationName, body: Uint8Array): WorkflowAction {
  return { kind: 'ask-workflows', name, input: inputOf(name, json(body)) } as WorkflowAction;
}

function json(body: Uint8Array): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    throw wrongBody('The body of the request is no JSON in UTF-8.');
  }
}
