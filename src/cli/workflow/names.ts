/** State machines and executions as people name them: by ARN, or shorter. */
import { account, region } from '../../types/index.js';
import { CommandFailure } from '../failure.js';
import type { StatesClient } from './states-client.js';

const prefix = `arn:aws:states:${region}:${account}`;

/** `NAME`, `NAME:QUALIFIER` (a version or an alias), or an ARN. */
export function machineArn(target: string): string {
  return target.startsWith('arn:') ? target : `${prefix}:stateMachine:${target}`;
}

/** Of a state machine: whether it names one of its versions or aliases. */
export function isQualified(arn: string): boolean {
  return arn.split(':').length > 7;
}

export function activityArn(name: string): string {
  return `${prefix}:activity:${name}`;
}

/** An ARN, `MACHINE:EXECUTION`, or `MACHINE`, which means its newest execution. */
export async function executionArnOf(client: StatesClient, target: string): Promise<string> {
  if (/^arn:[^:]*:states:[^:]*:[^:]*:(execution|express):/.test(target)) return target;
  if (!target.startsWith('arn:') && target.includes(':')) return `${prefix}:execution:${target}`;
  const [newest] = await client.executions(machineArn(target), undefined, 1);
  if (newest !== undefined) return newest.executionArn;
  throw new CommandFailure(
    `${target} has no execution yet; begin one with \`hearth workflow start ${target}\`.`,
  );
}
