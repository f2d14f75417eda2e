/** What a function finds in its environment: what Lambda sets and the function's variables, no more. */
import { randomHex32 } from '../lib/index.js';
import { limits } from '../types/index.js';
import type { Init } from '../wire/index.js';
import type { SandboxPaths } from './body.js';
import type { SandboxSpec } from './driver.js';
import { concurrencyOf } from './runtimes.js';

/** The variables that a process needs before it is any function's; never the node's own. */
export function bootEnvironment(
  sandboxId: string,
  paths: SandboxPaths,
  token: string,
): Record<string, string> {
  const { interpreters, layersRoot, socket, temporary } = paths;
  const programs = [...interpreters, '/usr/local/bin', '/usr/bin', '/bin'];
  if (layersRoot !== null) programs.push(`${layersRoot}/bin`);
  return {
    PATH: programs.join(':'),
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    TMPDIR: temporary,
    HOME: temporary,
    PYTHONDONTWRITEBYTECODE: '1',
    HEARTH_SANDBOX_ID: sandboxId,
    HEARTH_SOCKET: socket,
    HEARTH_TOKEN: token,
    ...searchPaths(paths),
  };
}

/**
 * Where the parts of a function are looked for besides its own directory, as Lambda has it. At boot, for
 * some of it counts only then.
 * https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
 */
function searchPaths({ taskRoot, layersRoot }: SandboxPaths): Record<string, string> {
  const libraries = [taskRoot, `${taskRoot}/lib`];
  if (layersRoot === null) return { LD_LIBRARY_PATH: libraries.join(':') };
  const node = process.versions.node.split('.')[0];
  return {
    LD_LIBRARY_PATH: [...libraries, `${layersRoot}/lib`].join(':'),
    NODE_PATH: [`nodejs/node${node}/node_modules`, 'nodejs/node_modules']
      .map((path) => `${layersRoot}/${path}`)
      .join(':'),
  };
}

/** Names a sandbox among those of its function, as Lambda names its log streams. */
export function newLogStream(functionVersion: string, wallMs: number): string {
  const day = new Date(wallMs).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${day}/[${functionVersion}]${randomHex32()}`;
}

/** The `init` frame of a function. The reserved names win over the function's own variables. */
export function initOf(
  spec: SandboxSpec,
  { taskRoot, layersRoot }: SandboxPaths,
  sandboxId: string,
  logStream: string,
): Init {
  const concurrency = concurrencyOf(spec);
  const logGroup = `/aws/lambda/${spec.functionName}`;
  return {
    functionName: spec.functionName,
    functionVersion: spec.functionVersion,
    handler: spec.handler,
    taskRoot,
    layersRoot,
    memoryMb: spec.memoryMb,
    concurrency,
    answerBytesMax: limits.invokeAnswerBytesMax,
    streamWindowBytes: limits.streamWindowBytes,
    logGroup,
    logStream,
    environment: {
      ...spec.environment,
      AWS_LAMBDA_FUNCTION_NAME: spec.functionName,
      AWS_LAMBDA_FUNCTION_VERSION: spec.functionVersion,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
      AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
      AWS_LAMBDA_LOG_STREAM_NAME: logStream,
      // only where there may be several: AWS's libraries go by whether it is there
      ...(concurrency > 1 ? { AWS_LAMBDA_MAX_CONCURRENCY: String(concurrency) } : {}),
      AWS_LAMBDA_INITIALIZATION_TYPE: spec.initialization,
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EXECUTION_ENV: `AWS_Lambda_${spec.runtime}`,
      LAMBDA_TASK_ROOT: taskRoot,
      _HANDLER: spec.handler,
      HEARTH_SANDBOX_ID: sandboxId,
    },
  };
}
