/** ARNs of Step Functions: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html */
import { account, region } from '../types/index.js';

const prefix = `arn:aws:states:${region}:${account}:`;

export function stateMachineArn(name: string, qualifier?: string | number): string {
  const arn = `${prefix}stateMachine:${name}`;
  return qualifier === undefined ? arn : `${arn}:${qualifier}`;
}

export function executionArn(stateMachine: string, name: string): string {
  return `${prefix}execution:${stateMachine}:${name}`;
}

/** Of an Express execution. */
export function expressArn(stateMachine: string, name: string, run: string): string {
  return `${prefix}express:${stateMachine}:${name}:${run}`;
}

/** Of an execution: it lives in the memory of one node, and nobody else goes on with it. */
export function isExpressArn(arn: string): boolean {
  return arn.startsWith(`${prefix}express:`);
}

export function activityArn(name: string): string {
  return `${prefix}activity:${name}`;
}

/** `id` is a UUID. */
export function mapRunArn(stateMachine: string, label: string, id: string): string {
  return `${prefix}mapRun:${stateMachine}/${label}:${id}`;
}

/** Each kind with its parts. */
export type StatesArn =
  | { readonly kind: 'stateMachine'; readonly name: string; readonly qualifier: string | null }
  | { readonly kind: 'execution'; readonly stateMachine: string; readonly name: string }
  | {
      readonly kind: 'express';
      readonly stateMachine: string;
      readonly name: string;
      readonly run: string;
    }
  | { readonly kind: 'activity'; readonly name: string }
  | {
      readonly kind: 'mapRun';
      readonly stateMachine: string;
      readonly label: string;
      readonly id: string;
    };

/** Of this region and account; undefined for any other text. */
export function parseStatesArn(text: string): StatesArn | undefined {
  if (!text.startsWith(prefix)) return undefined;
  const [kind, first, second, third, ...more] = text.slice(prefix.length).split(':');
  if (!first || more.length > 0) return undefined;
  switch (kind) {
    case 'stateMachine':
      return third === undefined && second !== ''
        ? { kind, name: first, qualifier: second ?? null }
        : undefined;
    case 'execution':
      return second && third === undefined
        ? { kind, stateMachine: first, name: second }
        : undefined;
    case 'express':
      return second && third ? { kind, stateMachine: first, name: second, run: third } : undefined;
    case 'activity':
      return second === undefined ? { kind, name: first } : undefined;
    case 'mapRun': {
      const [stateMachine, label] = first.split('/');
      return stateMachine && label && second && third === undefined
        ? { kind, stateMachine, label, id: second }
        : undefined;
    }
    default:
      return undefined;
  }
}
