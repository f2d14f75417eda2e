/**
 * `hearth deploy`: creates the function, or changes of it what differs. Says what it did; the same
 * deploy again does nothing.
 */
import { createHash } from 'node:crypto';
import type { LambdaClient } from './api-client.js';
import type { FunctionChanges, FunctionConfiguration } from './api-types.js';
import { type Bundle, readBundle } from './bundle.js';
import { CommandFailure } from './failure.js';
import {
  type FunctionSettingsInput,
  guessRuntime,
  mergeSettings,
  runtimeFamily,
  wantedVariables,
} from './function-settings.js';
import { type Io, withProgress } from './io.js';
import { sleep } from './sleep.js';
import { formatBytes } from './table.js';

export interface Deployed {
  readonly name: string;
  readonly action: 'created' | 'updated' | 'unchanged';
  readonly runtime: string;
  readonly handler: string;
  readonly codeBytes: number;
  /** The function's URL. */
  readonly url: string;
}

/** How long a function may be in the making before the command gives up. */
const settleTimeoutMs = 120_000;
const settlePollMs = 200;

/** Deploys what is at `path`; `flags` win over its `hearth.json`. */
export async function deploy(
  io: Io,
  client: LambdaClient,
  path: string,
  flags: FunctionSettingsInput,
): Promise<Deployed> {
  const bundle = await withProgress(io, `zipping ${path}`, () => readBundle(path));
  return deployBundle(io, client, path, bundle, flags);
}

/** Deploys code that has been read already; `path` is what it is called where something is wrong. */
export async function deployBundle(
  io: Io,
  client: LambdaClient,
  path: string,
  bundle: Bundle,
  flags: FunctionSettingsInput,
): Promise<Deployed> {
  const settings = mergeSettings(bundle.settings, flags);
  const name = settings.name ?? bundle.name;
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) {
    throw new CommandFailure(
      `'${name}' cannot name a function: letters, digits, - and _, at most 64; choose one with --name.`,
    );
  }
  const size = formatBytes(bundle.zip.length);
  return withProgress(io, `uploading ${name} (${size}) to ${client.endpoint}`, async () => {
    const present = await client.getConfiguration(name);
    const [action, result] =
      present === undefined
        ? (['created', await create(io, client, { path, name, bundle, settings })] as const)
        : await update(io, client, { path, name, bundle, settings }, present);
    return {
      name,
      action,
      runtime: result.Runtime ?? '',
      handler: result.Handler ?? '',
      codeBytes: bundle.zip.length,
      url: `${client.endpoint}/fn/${name}/`,
    };
  });
}

interface Plan {
  readonly path: string;
  readonly name: string;
  readonly bundle: Bundle;
  readonly settings: FunctionSettingsInput;
}

async function create(io: Io, client: LambdaClient, plan: Plan): Promise<FunctionConfiguration> {
  const { path, name, bundle, settings } = plan;
  const guess = guessRuntime(bundle.fileNames, settings);
  if (guess === undefined) {
    throw new CommandFailure(
      `the files of ${path} do not tell the runtime and the handler (index.js and ` +
        'lambda_function.py would); give --runtime and --handler, or write them into its hearth.json.',
    );
  }
  await client.create(name, bundle.zip, {
    ...changesOf(settings, {}),
    Runtime: guess.runtime,
    Handler: guess.handler,
  });
  return settled(io, client, name);
}

async function update(
  io: Io,
  client: LambdaClient,
  plan: Plan,
  present: FunctionConfiguration,
): Promise<['updated' | 'unchanged', FunctionConfiguration]> {
  const { name, bundle, settings } = plan;
  const codeHash = createHash('sha256').update(bundle.zip).digest('base64');
  const changes = differing(wantedChanges(bundle, settings, present), present);
  const newCode = present.CodeSha256 !== codeHash;
  const newSettings = Object.keys(changes).length > 0;
  if (!newCode && !newSettings) return ['unchanged', present];
  if (newCode) {
    await client.updateCode(name, bundle.zip);
    await settled(io, client, name);
  }
  if (newSettings) await client.updateConfiguration(name, changes);
  return ['updated', await settled(io, client, name)];
}

/** What was asked for, and the guessed runtime where the code has changed its language. */
function wantedChanges(
  bundle: Bundle,
  settings: FunctionSettingsInput,
  present: FunctionConfiguration,
): FunctionChanges {
  const changes = changesOf(settings, present.Environment?.Variables ?? {});
  const guess = guessRuntime(bundle.fileNames, settings);
  if (guess === undefined || runtimeFamily(guess.runtime) === runtimeFamily(present.Runtime)) {
    return changes;
  }
  return { ...changes, Runtime: guess.runtime, Handler: guess.handler };
}

/** What was asked for, of a function that has these variables. */
export function changesOf(
  settings: FunctionSettingsInput,
  variables: Readonly<Record<string, string>>,
): FunctionChanges {
  const { runtime, handler, description, memory, timeout, layers, snapStart } = settings;
  const applyOn = snapStart ? 'PublishedVersions' : 'None';
  const env = wantedVariables(settings, variables);
  return {
    ...(runtime === undefined ? {} : { Runtime: runtime }),
    ...(handler === undefined ? {} : { Handler: handler }),
    ...(description === undefined ? {} : { Description: description }),
    ...(memory === undefined ? {} : { MemorySize: memory }),
    ...(timeout === undefined ? {} : { Timeout: timeout }),
    ...(layers === undefined ? {} : { Layers: layers }),
    ...(snapStart === undefined ? {} : { SnapStart: { ApplyOn: applyOn } }),
    ...(env === undefined ? {} : { Environment: { Variables: env } }),
  };
}

export function differing(
  wanted: FunctionChanges,
  present: FunctionConfiguration,
): FunctionChanges {
  const { Environment, Layers, SnapStart, ...simple } = wanted;
  const arns = present.Layers.map(({ Arn }) => Arn);
  const sameLayers = Layers === undefined || Layers.join() === arns.join();
  const changed = {
    ...Object.fromEntries(Object.entries(simple).filter(([key, value]) => present[key] !== value)),
    ...(sameLayers ? {} : { Layers }),
    ...(SnapStart === undefined || SnapStart.ApplyOn === present.SnapStart?.ApplyOn
      ? {}
      : { SnapStart }),
  };
  const variables = Environment?.Variables;
  const same =
    variables === undefined || sameVariables(variables, present.Environment?.Variables ?? {});
  return same ? changed : { ...changed, Environment: { Variables: variables } };
}

function sameVariables(
  left: Readonly<Record<string, string>>,
  right: Readonly<Record<string, string>>,
): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length && names.every((name) => left[name] === right[name])
  );
}

/** The configuration once the function can be invoked and changed again. */
export async function settled(
  io: Io,
  client: LambdaClient,
  name: string,
): Promise<FunctionConfiguration> {
  const deadlineMs = io.clock.nowMs() + settleTimeoutMs;
  for (;;) {
    const now = await client.getConfiguration(name);
    if (now === undefined) throw new CommandFailure(`${name} was deleted while it was deployed.`);
    if (now.State === 'Failed' || now.LastUpdateStatus === 'Failed') {
      const reason = now.LastUpdateStatusReason ?? now.StateReason ?? 'the node gives no reason';
      throw new CommandFailure(`${name} could not be made ready: ${reason}`);
    }
    if (now.State !== 'Pending' && now.LastUpdateStatus !== 'InProgress') return now;
    if (io.clock.nowMs() >= deadlineMs) {
      throw new CommandFailure(
        `${name} is still being made after ${settleTimeoutMs / 1000} s; look at it with hearth functions.`,
      );
    }
    await sleep(io.clock, settlePollMs);
  }
}
