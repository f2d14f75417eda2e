/** Requests about reserved and provisioned concurrency -> actions. Texts as AWS words them where it has the rule. */
import {
  cronOf,
  isTimeZone,
  latestVersion,
  type Provisioned,
  type ProvisionedWindow,
} from '../../catalog/index.js';
import { HearthError, limits } from '../../types/index.js';
import type { Action } from '../action.js';
import { Constraints } from '../form/constraints.js';
import { checkFunctionName, parseFunctionName } from '../form/function-name.js';
import { shaped } from '../form/shape.js';
import { wholeFunction } from '../form/target.js';
import {
  provisionedShape,
  reservedShape,
  type ScheduleBody,
} from '../functions/function-shapes.js';
import { queryValue } from '../http/http.js';
import type { Asked } from '../operation.js';

/** More than every cluster can run. */
const executionsMax = limits.sandboxesPerNodeMax * limits.membersMax;

export function putReserved(asked: Asked): Action {
  const { ReservedConcurrentExecutions } = shaped(reservedShape, asked.body);
  const constraints = new Constraints();
  const executions = ReservedConcurrentExecutions ?? undefined;
  constraints.required(executions, 'reservedConcurrentExecutions');
  constraints.range(executions, 'reservedConcurrentExecutions', 0, executionsMax);
  const name = wholeFunction(asked, constraints);
  return { kind: 'put-reserved', name, executions: executions ?? 0 };
}

export function ofReserved<Kind extends 'get-reserved' | 'delete-reserved'>(
  kind: Kind,
  asked: Asked,
) {
  return { kind, name: wholeFunction(asked, new Constraints()) };
}

export function putProvisioned(asked: Asked): Action {
  const { ProvisionedConcurrentExecutions, Schedules } = shaped(provisionedShape, asked.body);
  const constraints = new Constraints();
  const executions = ProvisionedConcurrentExecutions ?? undefined;
  const schedules = Schedules ?? [];
  constraints.required(executions, 'provisionedConcurrentExecutions');
  // none outside of windows is what windows are for
  const executionsMin = schedules.length > 0 ? 0 : 1;
  constraints.range(executions, 'provisionedConcurrentExecutions', executionsMin, executionsMax);
  const target = qualified(asked, constraints, notPublished);
  const provisioned = { executions: executions ?? 0, windows: windowsOf(schedules) };
  return { kind: 'put-provisioned', ...target, provisioned };
}

export function ofProvisioned<Kind extends 'get-provisioned' | 'delete-provisioned'>(
  kind: Kind,
  asked: Asked,
) {
  return { kind, ...qualified(asked, new Constraints(), notAResource) };
}

/** The windows as the answer tells them; `windowsOf` is the inverse. */
export function schedulesOf({ windows }: Pick<Provisioned, 'windows'>): readonly unknown[] {
  return windows.map(({ start, end, timeZone, executions }) => ({
    Start: start,
    End: end,
    TimeZone: timeZone,
    ProvisionedConcurrentExecutions: executions,
  }));
}

const notPublished =
  'Provisioned Concurrency Configs cannot be applied to unpublished function versions.';
const notAResource = 'The function resource provided must be an alias or a published version.';

function qualified(
  { subject, head }: Asked,
  constraints: Constraints,
  refusal: string,
): { readonly name: string; readonly qualifier: string } {
  const given = queryValue(head.query, 'Qualifier');
  checkFunctionName(constraints, subject, given);
  constraints.check();
  const { name, qualifier } = parseFunctionName(subject, given);
  constraints.required(qualifier, 'qualifier');
  constraints.check();
  if (qualifier === undefined || qualifier === latestVersion) {
    throw new HearthError('invalid-parameter', refusal);
  }
  return { name, qualifier };
}

function windowsOf(schedules: readonly ScheduleBody[]): readonly ProvisionedWindow[] {
  if (schedules.length > limits.provisionedWindowsMax) {
    throw wrong(
      `There are ${schedules.length} Schedules; at most ${limits.provisionedWindowsMax} can be set`,
    );
  }
  return schedules.map((schedule, at) => {
    const { Start, End, TimeZone, ProvisionedConcurrentExecutions: executions } = schedule;
    const timeZone = TimeZone ?? 'UTC';
    if (!isTimeZone(timeZone)) {
      throw wrong(
        `The TimeZone '${timeZone.slice(0, 100)}' of Schedules[${at}] is none that is known, such as Europe/Berlin`,
      );
    }
    if (executions < 0 || executions > executionsMax) {
      throw wrong(
        `ProvisionedConcurrentExecutions of Schedules[${at}] must be from 0 to ${executionsMax}`,
      );
    }
    const [start, end] = [
      expressionOf(Start, `Start of Schedules[${at}]`, timeZone),
      expressionOf(End, `End of Schedules[${at}]`, timeZone),
    ];
    return { start, end, timeZone, executions };
  });
}

function expressionOf(text: string, at: string, timeZone: string): string {
  if (cronOf(text, timeZone) !== null) return text.trim();
  throw wrong(
    `The ${at}, '${text.slice(0, 100)}', must be a cron expression of five fields that comes some day, such as '0 8 * * 1-5'`,
  );
}

function wrong(what: string): HearthError {
  return new HearthError('invalid-parameter', `${what}; nothing was changed.`);
}
