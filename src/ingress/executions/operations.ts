/** What became of invocations, and what functions have used: of the cluster, and of one node. */
import type { Operation } from '../operation.js';
import {
  executionsAsked,
  nodeExecutionsAsked,
  runningAsked,
  usageAsked,
} from './execution-input.js';

export const executionOperations: readonly Operation[] = [
  {
    name: 'FindExecutions',
    method: 'GET',
    path: '/_hearth/executions',
    parse: (asked) => ({ kind: 'find-executions', query: executionsAsked(asked) }),
  },
  {
    name: 'ListExecutions',
    method: 'GET',
    path: '/_hearth/executions/{}',
    on: 'function',
    parse: (asked) => ({ kind: 'find-executions', query: executionsAsked(asked) }),
  },
  {
    name: 'NodeExecutions',
    method: 'GET',
    path: '/_hearth/node-executions',
    who: 'peer',
    parse: (asked) => ({ kind: 'node-executions', query: nodeExecutionsAsked(asked) }),
  },
  {
    name: 'ListRunning',
    method: 'GET',
    path: '/_hearth/running',
    parse: (asked) => ({ kind: 'list-running', functionName: runningAsked(asked) }),
  },
  {
    name: 'ListRunningOfFunction',
    method: 'GET',
    path: '/_hearth/running/{}',
    on: 'function',
    parse: (asked) => ({ kind: 'list-running', functionName: runningAsked(asked) }),
  },
  {
    name: 'NodeRunning',
    method: 'GET',
    path: '/_hearth/node-running',
    who: 'peer',
    parse: (asked) => ({ kind: 'node-running', functionName: runningAsked(asked) }),
  },
  {
    name: 'GetUsage',
    method: 'GET',
    path: '/_hearth/usage',
    parse: (asked) => ({ kind: 'get-usage', query: usageAsked(asked) }),
  },
  {
    name: 'GetFunctionUsage',
    method: 'GET',
    path: '/_hearth/usage/{}',
    on: 'function',
    parse: (asked) => ({ kind: 'get-usage', query: usageAsked(asked) }),
  },
  {
    name: 'NodeUsage',
    method: 'GET',
    path: '/_hearth/node-usage',
    who: 'peer',
    parse: (asked) => ({ kind: 'node-usage', query: usageAsked(asked) }),
  },
];
