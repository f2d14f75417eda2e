/** Whether an answer is one that AWS's clients understand: held to the model, member for member. */
import { strict as assert } from 'node:assert';
import { exceptionMembers, type ModelOperation, misfitMembers } from './sdk-shapes.js';

/** What Hearth tells beside AWS's members, by the end of their paths. */
const ownMembers = /\.(?:SnapStart\.Reason|Schedules(?:\[\d+\].*)?|JwtConfig(?:\..*)?) is unknown$/;

/** Exceptions that the model does not have and live AWS answers with, and Hearth's own. */
const unmodelled = new Set([
  'AccessDeniedException',
  'InternalFailure',
  'MissingAuthenticationTokenException',
  'NotImplementedException',
  'RequestEntityTooLargeException',
  'UnknownOperationException',
  'ValidationException',
]);

/** An error text need not repeat what was sent. */
const messageCharsMax = 20_000;

export interface AnyAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** `operation`: whose members a success is held to. */
export function checkAwsAnswer(answer: AnyAnswer, operation: ModelOperation): void {
  const { status, text } = answer;
  assert.ok(status < 500 || status === 501 || status === 502, `${status}: ${text}`);
  if (status >= 400) checkError(answer);
  else if (!operation.output.some(({ place }) => place === 'payload'))
    checkSuccess(answer, operation);
}

function checkSuccess({ status, text }: AnyAnswer, operation: ModelOperation): void {
  const expected = operation.name === 'DeleteFunction' ? 204 : operation.status;
  assert.equal(status, expected, text);
  if (status === 204) {
    assert.equal(text, '');
    return;
  }
  if (operation.name === 'InvokeWithResponseStream') return;
  const members = operation.output.filter(({ place }) => place === 'body' || place === 'status');
  const wrong = misfitMembers(members, JSON.parse(text) as Record<string, unknown>);
  assert.deepEqual(
    wrong.filter((misfit) => !ownMembers.test(misfit)),
    [],
    text,
  );
}

function checkError({ headers, text }: AnyAnswer): void {
  const name = String(headers['x-amzn-errortype']);
  const body = JSON.parse(text) as Record<string, unknown>;
  const members = exceptionMembers(name);
  assert.ok(members !== undefined || unmodelled.has(name), `${name}: ${text}`);
  const key = members?.includes('Message') ? 'Message' : 'message';
  const message = members === undefined ? (body.message ?? body.Message) : body[key];
  assert.equal(typeof message, 'string', `${name} without ${key}: ${text}`);
  assert.ok(
    String(message).length < messageCharsMax,
    `${name} with ${String(message).length} characters`,
  );
}
