/** The settings of `hearth node`: command line over `--config FILE`, names alike in both. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as z from 'zod';
import {
  HearthError,
  type NodeConfig,
  type RawNodeConfig,
  resolveNodeConfig,
} from '../types/index.js';
import { asFailure, usageFailure } from './failure.js';

/** As commander hands them over: absent where the command line did not say. */
export interface NodeOptions {
  readonly config?: string;
  readonly data?: string;
  readonly http?: string;
  readonly cluster?: string;
  readonly advertise?: string;
  readonly join?: readonly string[];
  readonly secretFile?: string;
  readonly auth?: string;
  readonly sandbox?: string;
  readonly logLevel?: string;
}

const neededOptions = ['data', 'http', 'cluster'] as const;

/** Throws a usage failure that names the option or the file that is wrong. */
export async function nodeConfig(options: NodeOptions): Promise<NodeConfig> {
  const { config: file, ...given } = options;
  const merged: Record<string, unknown> = {
    ...(file === undefined ? {} : await readConfigFile(file)),
    ...given,
  };
  for (const name of neededOptions) {
    if (merged[name] === undefined) {
      throw usageFailure(
        `hearth node needs --${name}; for example: hearth node --data ./node-1 --http ` +
          '127.0.0.1:8081 --cluster 127.0.0.1:9081',
      );
    }
  }
  // helpers of the sandboxes look at it from other directories
  if (typeof merged.data === 'string' && merged.data !== '') merged.data = resolve(merged.data);
  try {
    // resolveNodeConfig checks every member itself: that is its purpose.
    return resolveNodeConfig(merged as unknown as RawNodeConfig);
  } catch (thrown) {
    if (thrown instanceof HearthError) throw usageFailure(thrown.message);
    throw thrown;
  }
}

/** `A,B` and repeated options alike. */
export function splitAddresses(text: string): string[] {
  return text
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '');
}

/** Settings by their names in NodeConfig. Throws a usage failure that names the file. */
export async function readConfigFile(file: string): Promise<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(file, 'utf8'));
  } catch (thrown) {
    const problem = thrown instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    throw usageFailure(`--config ${file} ${problem}: ${asFailure(thrown).message}`);
  }
  const settings = z.record(z.string(), z.unknown()).safeParse(parsed);
  if (!settings.success) {
    throw usageFailure(`--config ${file} is not a JSON object of settings such as {"http": ...}.`);
  }
  // `secret-file`, as the command line writes it, is `secretFile` here.
  return Object.fromEntries(
    Object.entries(settings.data).map(([name, value]) => [
      name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      name === 'join' && typeof value === 'string' ? splitAddresses(value) : value,
    ]),
  );
}
