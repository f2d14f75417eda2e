/** What a function finds in its environment: what Lambda sets and the function's variables, no more. */
import { limits } from '../types/index.js';
import type { Init } from '../wire/index.js';
import type { SandboxSpec } from './driver.js';

/** The variables that a process needs before it is any function's; never the node's own. */
export function bootEnvironment(
  sandboxId: string,
  socketPath: string,
  token: string,
  temporaryDirectory: string,
  interpreterDirectory: string,
): Record<string, string> {
  return {
    PATH: `${interpreterDirectory}:/usr/local/bin:/usr/bin:/bin`,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    TMPDIR: temporaryDirectory,
    HOME: temporaryDirectory,
    PYTHONDONTWRITEBYTECODE: '1',
    HEARTH_SANDBOX_ID: sandboxId,
    HEARTH_SOCKET: socketPath,
    HEARTH_TOKEN: token,
  };
}

/** The `init` frame of a function. The reserved names win over the function's own variables. */
export function initOf(
  spec: SandboxSpec,
  sandboxId: string,
  streamId: string,
  wallMs: number,
): Init {
  const logGroup = `/aws/lambda/${spec.functionName}`;
  const day = new Date(wallMs).toISOString().slice(0, 10).replaceAll('-', '/');
  const logStream = `${day}/[${spec.functionVersion}]${streamId}`;
  return {
    functionName: spec.functionName,
    functionVersion: spec.functionVersion,
    handler: spec.handler,
    taskRoot: spec.taskRoot,
    memoryMb: spec.memoryMb,
    answerBytesMax: limits.invokeAnswerBytesMax,
    logGroup,
    logStream,
    environment: {
      ...spec.environment,
      AWS_LAMBDA_FUNCTION_NAME: spec.functionName,
      AWS_LAMBDA_FUNCTION_VERSION: spec.functionVersion,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
      AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
      AWS_LAMBDA_LOG_STREAM_NAME: logStream,
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EXECUTION_ENV: `AWS_Lambda_${spec.runtime}`,
      LAMBDA_TASK_ROOT: spec.taskRoot,
      _HANDLER: spec.handler,
      HEARTH_SANDBOX_ID: sandboxId,
    },
  };
}
