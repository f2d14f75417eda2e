/** `hearth deploy` of a serverless.yml. */
import { type ClientOptions, withClient } from '../client-command.js';
import { usageFailure } from '../failure.js';
import { type Io, print } from '../io.js';
import { deployService } from './deploy.js';

export interface ServiceOptions extends ClientOptions {
  readonly stage?: string;
  readonly opt?: Readonly<Record<string, string>>;
  /** False with `--no-checks`. */
  readonly checks: boolean;
}

/** Of the options of `hearth deploy` these; any other is for one function. */
const taken = new Set(['endpoint', 'secretFile', 'json', 'stage', 'opt', 'checks']);

export async function deployServiceCommand(
  io: Io,
  file: string,
  options: ServiceOptions,
): Promise<void> {
  const other = Object.keys(options).find((name) => !taken.has(name));
  if (other !== undefined) {
    const flag = other.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw usageFailure(`--${flag} is for one function, and ${file} says it of each by itself.`);
  }
  const { stage, opt = {}, json = false, checks } = options;
  const given = stage === undefined ? opt : { ...opt, stage };
  await withClient(io, options, async (lambda) => {
    if (!checks) lambda.skipChecks();
    const told = (line: string): void => {
      if (!json) print(io, line);
    };
    const done = await deployService(io, lambda, file, given, told);
    if (json) print(io, JSON.stringify(done));
  });
}
