/** Deploys what a serverless.yml holds: functions first, then activities, then the state machines that call them. */
import { resolve } from 'node:path';
import type { LambdaClient } from '../api-client.js';
import { bundleOf, readBundle } from '../bundle.js';
import { type Deployed, deployBundle } from '../deploy.js';
import { type Io, say, withProgress } from '../io.js';
import { UrlClient } from '../url-client.js';
import { type DeployedMachine, deployMachine } from '../workflow/deploy.js';
import { StatesClient } from '../workflow/states-client.js';
import { packageFilter } from './patterns.js';
import { type ReadService, readService } from './read.js';
import { exactVersion, type PlannedFunction } from './service.js';

export interface DeployedService {
  readonly service: string;
  readonly functions: readonly Deployed[];
  readonly activities: readonly string[];
  readonly stateMachines: readonly DeployedMachine[];
}

/** Calls back with each thing that it has deployed, in one line. */
export async function deployService(
  io: Io,
  lambda: LambdaClient,
  file: string,
  options: Readonly<Record<string, string>>,
  told: (line: string) => void,
): Promise<DeployedService> {
  const service = await readService(file, options, io.env);
  for (const note of service.notes) say(io, `note: ${note}`);
  const functions: Deployed[] = [];
  for (const planned of service.functions) {
    const done = await deployFunction(io, lambda, service, planned);
    told(`${done.action} ${done.name} (${done.runtime}, ${done.handler})`);
    functions.push(done);
  }
  const states = new StatesClient(lambda);
  for (const name of service.activities) told(`activity ${await states.createActivity(name)}`);
  const stateMachines: DeployedMachine[] = [];
  const versions = service.machines.some(({ isExact }) => isExact)
    ? await publishedOf(lambda, functions, told)
    : new Map<string, string>();
  for (const { isExact, ...machine } of service.machines) {
    const definition = isExact ? withVersions(machine.definition, versions) : machine.definition;
    const where = `${file} ${machine.name}`;
    const done = await deployMachine(io, states, { ...machine, definition, where });
    told(`${done.action} ${done.name} (state machine, ${done.type})`);
    stateMachines.push(done);
  }
  return { service: service.name, functions, activities: service.activities, stateMachines };
}

/** The newest version of each function; one that has not changed since has it already. */
async function publishedOf(
  lambda: LambdaClient,
  functions: readonly Deployed[],
  told: (line: string) => void,
): Promise<ReadonlyMap<string, string>> {
  const versions = new Map<string, string>();
  for (const { name } of functions) {
    const { Version: version } = await lambda.publish(name);
    versions.set(name, version);
    told(`published ${name}:${version}`);
  }
  return versions;
}

function withVersions(definition: string, versions: ReadonlyMap<string, string>): string {
  const found = new RegExp(`([\\w-]+):${exactVersion}`, 'g');
  return definition.replace(found, (_, name: string) => `${name}:${versions.get(name) ?? ''}`);
}

async function deployFunction(
  io: Io,
  lambda: LambdaClient,
  { directory }: ReadService,
  { name, settings, patterns, artifact, reservedConcurrency, url }: PlannedFunction,
): Promise<Deployed> {
  const bundle = await withProgress(io, `zipping ${name}`, () =>
    artifact === null
      ? bundleOf(directory, packageFilter(patterns))
      : readBundle(resolve(directory, artifact)),
  );
  const done = await deployBundle(io, lambda, directory, bundle, settings);
  if (reservedConcurrency !== null) await lambda.reserve(name, reservedConcurrency);
  if (url !== null) {
    const urls = new UrlClient(lambda);
    await urls.set(name, undefined, url);
    await urls.openToEveryone(name, undefined, url.AuthType === 'NONE');
  }
  return done;
}
