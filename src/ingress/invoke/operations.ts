/** Invocations: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
import { limits } from '../../types/index.js';
import type { Action } from '../action.js';
import { targetOf } from '../form/target.js';
import type { Asked, Operation } from '../operation.js';
import { invokeHead, invokeInput } from './invoke-input.js';
import { submission } from './submission-input.js';

export const invokeOperations: readonly Operation[] = [
  {
    name: 'InvokeFunction',
    method: 'POST',
    path: '/2015-03-31/functions/{}/invocations',
    bodyBytesMax: limits.invokeBodyBytesMax,
    changes: false,
    invokes: true,
    parse: invoke,
  },
  {
    name: 'InvokeAsync',
    method: 'POST',
    path: '/2014-11-13/functions/{}/invoke-async',
    bodyBytesMax: limits.invokeBodyBytesMax,
    changes: false,
    invokes: true,
    parse: (asked) => submission(asked, targetOf(asked), true),
  },
];

function invoke(asked: Asked): Action {
  const head = invokeHead(asked, ['Event', 'RequestResponse', 'DryRun']);
  if (head.type === 'DryRun') return { kind: 'dry-run', target: head.target };
  if (head.type === 'Event') return submission(asked, head.target, false);
  return invokeInput('invoke', asked, head);
}
