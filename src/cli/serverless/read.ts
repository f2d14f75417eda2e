/** Reads a serverless.yml with its variables in their places. */
import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { asFailure, CommandFailure } from '../failure.js';
import { parseYaml } from '../yaml.js';
import { isMembers, type Members } from './members.js';
import { type Service, serviceOf } from './service.js';
import { cloudFormationTags } from './tags.js';
import { resolveVariables } from './variables.js';

export interface ReadService extends Service {
  /** Where its files are. */
  readonly directory: string;
}

/** `options` are what `${opt:...}` sees; `stage` among them wins over that of the file. */
export async function readService(
  file: string,
  options: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ReadService> {
  const directory = dirname(resolve(file));
  const where = basename(file);
  const text = await readFile(file, 'utf8').catch((thrown: unknown) => {
    throw asFailure(thrown, `${file} cannot be read`);
  });
  const root = parseYaml(text, where, cloudFormationTags);
  if (!isMembers(root)) throw new CommandFailure(`${file} is not a serverless.yml.`);
  const resolved = await resolveVariables(withStage(root, options.stage), {
    options,
    env,
    readText: (path) => readFile(resolve(directory, path), 'utf8'),
  });
  return { ...serviceOf(resolved, where), directory };
}

/** One that comes out of another file has its stage there. */
function withStage(root: Members, given: string | undefined): Members {
  const { provider = {} } = root;
  if (!isMembers(provider)) return root;
  return { ...root, provider: { ...provider, stage: given ?? provider.stage ?? 'dev' } };
}
