/** Matches that the recorder computed from answers, written down again by the form of what they gave. */
import type { Told } from '../replay.js';
import { isMembers, type Members, type Value } from '../scenario.js';

export function derive(
  match: string,
  history: readonly Told[],
  expected: Value,
): Value | undefined {
  const text = isMembers(expected) ? expected.exception_value : expected;
  // botocore's own words about parameters that it does not even send: here they are sent, and must be refused
  if (typeof text === 'string' && text.startsWith('Parameter validation failed')) {
    const { failed = false, answer = null } = lastAsked(history) ?? {};
    return failed ? expected : answer;
  }
  if (typeof expected === 'string') return refusal(history).exception_value;
  if (isMembers(expected) && 'exception_typename' in expected) return refusal(history);
  if (match === 'cases') return cases(history);
  const page = /^list-state-machines-page-(\d)$/.exec(match)?.[1];
  if (page !== undefined) return pageOfMachines(history, Number(page));
  throw new Error(`the match ${match} is not known; add it to derived.ts`);
}

/** The last answer in the words of botocore's exception. */
function refusal(history: readonly Told[]): { exception_typename: Value; exception_value: Value } {
  const { op = '', answer = null } = lastAsked(history) ?? {};
  const error = isMembers(answer) && isMembers(answer.Error) ? answer.Error : {};
  const { Code = null, Message = null } = error;
  return {
    exception_typename: Code,
    exception_value: `An error occurred (${Code}) when calling the ${op} operation: ${Message}`,
  };
}

function lastAsked(history: readonly Told[]): Told | undefined {
  return history.findLast(({ op }) => op !== undefined);
}

/** What went in and what came out of each execution whose history was asked for. */
function cases(history: readonly Told[]): Value {
  return history.flatMap(({ op, answer }) => {
    if (op !== 'GetExecutionHistory' || !isMembers(answer)) return [];
    const input = detail(answer, 'executionStartedEventDetails', 'input');
    const output = detail(answer, 'executionSucceededEventDetails', 'output');
    return [{ input, output }];
  });
}

function detail({ events }: Members, details: string, name: string): Value {
  const all = Array.isArray(events) ? events.filter(isMembers) : [];
  const found = all.map((event) => event[details]).find(isMembers)?.[name];
  return found === undefined ? null : (JSON.parse(String(found)) as Value);
}

/** The machines that the scenario made were asked for in pages of ten. */
function pageOfMachines(history: readonly Told[], page: number): Value {
  const made = history
    .filter(({ op }) => op === 'CreateStateMachine')
    .map(({ answer }) => (isMembers(answer) ? answer.stateMachineArn : undefined));
  const lists = history
    .filter(({ op }) => op === 'ListStateMachines')
    .map(({ answer }) => (isMembers(answer) ? answer.stateMachines : undefined));
  const all = Array.isArray(lists[0]) ? lists[0].filter(isMembers) : [];
  const own = all.filter(({ stateMachineArn }) => made.includes(stateMachineArn));
  return own.slice((page - 1) * pageMachines, page * pageMachines);
}

const pageMachines = 10;
