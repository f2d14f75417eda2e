/**
 * A function's environment variables: their names, their total size, and the names that the runtime sets
 * itself. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
import { networkOf, networkVariable } from '../../catalog/index.js';
import { HearthError, limits } from '../../types/index.js';
import type { Constraints } from '../form/constraints.js';
import { checkExecution } from './execution-input.js';

const reserved: ReadonlySet<string> = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_MAX_CONCURRENCY',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
]);

/** AWS repeats all of it; an answer need not carry megabytes back. */
const shownCharsMax = 8192;

const wrong = 'Lambda was unable to configure your environment variables because the environment';

/**
 * Notes names that break AWS's pattern; throws `invalid-parameter` for reserved names, more than 4 KB, and
 * values that no process can be given (a NUL character; AWS's text for these is not known).
 */
export function checkEnvironment(
  constraints: Constraints,
  variables: Readonly<Record<string, string>>,
): void {
  const names = Object.keys(variables);
  const used = names.filter((name) => reserved.has(name));
  if (used.length > 0) {
    throw new HearthError(
      'invalid-parameter',
      `${wrong} variables you have provided contains reserved keys that are currently not supported ` +
        `for modification. Reserved keys used in this request: ${used.join(', ')}`,
    );
  }
  if (names.some((name) => !/^[a-zA-Z]([a-zA-Z0-9_])+$/.test(name))) {
    // AWS does not repeat the value here: it may hold secrets
    const pattern = 'Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+';
    constraints.failUnshown(
      'environment.variables',
      `Map keys must satisfy constraint: [${pattern}]`,
    );
    return;
  }
  const bad = names.find((name) => variables[name]?.includes('\0'));
  if (bad !== undefined) {
    throw new HearthError(
      'invalid-parameter',
      `The environment variable ${bad.slice(0, 128)} holds a NUL character; remove it.`,
    );
  }
  if (networkOf(variables) === null) {
    throw new HearthError(
      'invalid-parameter',
      `The environment variable ${networkVariable} must be none or outbound; the function is not changed.`,
    );
  }
  checkExecution(variables);
  const measured = JSON.stringify(variables);
  if (Buffer.byteLength(measured) > limits.environmentBytesMax) {
    throw new HearthError(
      'invalid-parameter',
      `${wrong} variables you have provided exceeded the 4KB limit. String measured: ${measured.slice(0, shownCharsMax)}`,
    );
  }
}
