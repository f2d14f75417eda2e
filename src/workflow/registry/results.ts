/** How commands end, in the words of AWS where those are recorded. */
import type { ErrorCode } from '../../types/index.js';
import { stateMachineArn } from '../arns.js';
import type { RegistryResult } from './command.js';

export type Refused = Extract<RegistryResult, { kind: 'refused' }>;

export function done(
  atMs: number,
  more: { readonly version?: number; readonly revisionId?: string | null } = {},
): RegistryResult {
  return { kind: 'done', atMs, ...more };
}

export function refused(code: ErrorCode, message: string): Refused {
  return { kind: 'refused', code, message };
}

export function noStateMachine(name: string): Refused {
  return refused(
    'state-machine-does-not-exist',
    `State Machine Does Not Exist: '${stateMachineArn(name)}'`,
  );
}

export function deleting(name: string): Refused {
  return refused('state-machine-deleting', `State Machine Deleting: '${stateMachineArn(name)}'`);
}

export function noSuchResource(): Refused {
  return refused(
    'workflow-resource-not-found',
    'Request references a resource that does not exist.',
  );
}

export function quotaExceeded(what: string, max: number): Refused {
  return refused(
    'service-quota-exceeded',
    `There are ${max} ${what}, and there can be no more; delete some first.`,
  );
}
