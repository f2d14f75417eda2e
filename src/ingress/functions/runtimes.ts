/**
 * Names of runtimes: AWS's current ones in AWS's own order (the text of the error carries it), the ones
 * that AWS has retired, and, as an option, those that this cluster can run.
 */
import { HearthError } from '../../types/index.js';

/** As recorded on live AWS in the answer to a runtime that does not exist. */
const current: readonly string[] = [
  'nodejs20.x',
  'python3.14',
  'provided.al2023',
  'python3.12',
  'python3.13',
  'nodejs24.x',
  'nodejs22.x',
  'java25',
  'python3.10',
  'python3.11',
  'java21',
  'ruby3.3',
  'ruby3.4',
  'ruby3.2',
  'python3.8',
  'python3.9',
  'java17',
  'nodejs16.x',
  'dotnet10',
  'dotnet8',
  'java11',
  'dotnet6',
  'nodejs18.x',
  'provided.al2',
  'java8.al2',
];

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html, deprecated runtimes. */
const retired: ReadonlySet<string> = new Set([
  'dotnet5.0',
  'dotnet7',
  'dotnetcore1.0',
  'dotnetcore2.0',
  'dotnetcore2.1',
  'dotnetcore3.1',
  'go1.x',
  'java8',
  'nodejs',
  'nodejs10.x',
  'nodejs12.x',
  'nodejs14.x',
  'nodejs4.3',
  'nodejs4.3-edge',
  'nodejs6.10',
  'nodejs8.10',
  'provided',
  'python2.7',
  'python3.6',
  'python3.7',
  'ruby2.5',
  'ruby2.7',
]);

/** Throws `invalid-parameter` unless `runtime` is one of `supported`. */
export function checkRuntime(runtime: string, supported: readonly string[]): void {
  if (supported.includes(runtime)) return;
  if (retired.has(runtime)) {
    throw new HearthError(
      'invalid-parameter',
      `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. ` +
        'We recommend you use a supported runtime while creating or updating functions.',
    );
  }
  if (current.includes(runtime)) {
    throw new HearthError(
      'invalid-parameter',
      `The runtime ${runtime} is not offered by this cluster; use one of [${supported.join(', ')}].`,
    );
  }
  throw new HearthError(
    'invalid-parameter',
    `Value ${runtime.slice(0, 256)} at 'runtime' failed to satisfy constraint: ` +
      `Member must satisfy enum value set: [${current.join(', ')}] or be a valid ARN`,
  );
}

/** What a layer can name as compatible: every runtime that AWS has or had; AWS tells of the current ones alone. */
export const layerRuntimes = { allowed: [...current, ...retired], told: current };

/** What layers can be looked for by, in AWS's own order: it knows of some that nobody can use. */
export const soughtRuntimes: readonly string[] = [
  'ruby3.5',
  'ruby2.6',
  'dotnetcore1.0',
  'python3.7',
  'nodejs8.10',
  'nasa',
  'ruby2.7',
  'python2.7-greengrass',
  'dotnetcore2.0',
  'python3.8',
  'java21',
  'dotnet6',
  'dotnetcore2.1',
  'python3.9',
  'java11',
  'nodejs6.10',
  'provided',
  'dotnetcore3.1',
  'dotnet8',
  'java25',
  'java17',
  'nodejs',
  'nodejs4.3',
  'java8.al2',
  'go1.x',
  'dotnet10',
  'nodejs20.x',
  'go1.9',
  'byol',
  'nodejs10.x',
  'provided.al2023',
  'nodejs22.x',
  'python3.10',
  'java8',
  'nodejs12.x',
  'python3.11',
  'nodejs24.x',
  'nodejs8.x',
  'python3.12',
  'nodejs14.x',
  'nodejs8.9',
  'nodejs26.x',
  'python3.13',
  'python3.14',
  'nodejs16.x',
  'python3.15',
  'provided.al2',
  'nodejs4.3-edge',
  'nodejs18.x',
  'ruby3.2',
  'python3.4',
  'ruby3.3',
  'ruby3.4',
  'ruby2.5',
  'python3.6',
  'python2.7',
];
