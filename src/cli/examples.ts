/** The examples that `hearth up` deploys, so that there is something to call at once. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { exists, programRoot } from '../lib/index.js';
import type { LambdaClient } from './api-client.js';
import { deploy } from './deploy.js';
import { asFailure, CommandFailure } from './failure.js';
import { type Io, say } from './io.js';
import { serverlessFile } from './serverless/file.js';

const examplesDirectory = join(programRoot, 'examples');

const packageJson = z.looseObject({ dependencies: z.record(z.string(), z.string()).default({}) });

/** One that cannot be deployed is told and left out: the cluster itself is well. */
export async function deployExamples(
  io: Io,
  client: LambdaClient,
  given: AbortSignal,
  directory = examplesDirectory,
): Promise<void> {
  for (const path of await findExamples(directory)) {
    if (given.aborted) return;
    const name = path.slice(directory.length + 1);
    try {
      await checkDependencies(path);
      const file = await serverlessFile(path);
      if (file === undefined) {
        const { action, url } = await deploy(io, client, path, {});
        say(io, `example ${name} ${action}: ${url}`);
      } else {
        const { deployService } = await import('./serverless/deploy.js');
        await deployService(io, client, file, {}, (line) => say(io, `example ${name}: ${line}`));
      }
    } catch (thrown) {
      if (!given.aborted) say(io, `example ${name} left out: ${asFailure(thrown).message}`);
    }
  }
}

/** The directories that hold a `hearth.json` or a `serverless.yml`, by name. */
async function findExamples(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => []);
  const paths: string[] = [];
  for (const name of names.sort()) {
    const path = join(directory, name);
    const isExample = await exists(join(path, 'hearth.json'));
    if (isExample || (await serverlessFile(path)) !== undefined) paths.push(path);
  }
  return paths;
}

async function checkDependencies(path: string): Promise<void> {
  const manifest = join(path, 'package.json');
  if (!(await exists(manifest))) return;
  const { dependencies } = packageJson.parse(JSON.parse(await readFile(manifest, 'utf8')));
  if (Object.keys(dependencies).length > 0 && !(await exists(join(path, 'node_modules')))) {
    throw new CommandFailure('its dependencies are not installed; run scripts/build examples.');
  }
}
