/** Answers that stream: https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html */
import { limits } from '../../types/index.js';
import type { Action } from '../action.js';
import { invokeHead, invokeInput } from '../invoke/invoke-input.js';
import type { Asked, Operation } from '../operation.js';

export const streamingOperations: readonly Operation[] = [
  {
    name: 'InvokeWithResponseStream',
    method: 'POST',
    path: '/2021-11-15/functions/{}/response-streaming-invocations',
    permission: 'lambda:InvokeFunction',
    bodyBytesMax: limits.invokeBodyBytesMax,
    changes: false,
    invokes: true,
    parse: invokeStream,
  },
];

function invokeStream(asked: Asked): Action {
  const invoke = invokeHead(asked, ['RequestResponse', 'DryRun']);
  if (invoke.type === 'DryRun') return { kind: 'dry-run', target: invoke.target };
  return invokeInput('invoke-stream', asked, invoke);
}
