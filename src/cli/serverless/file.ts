/** Finds a serverless.yml; what reads it is loaded where there is one. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '../../lib/index.js';

const fileNames = ['serverless.yml', 'serverless.yaml'];

/** The file where `path` is one or a directory that holds one; else undefined. */
export async function serverlessFile(path: string): Promise<string | undefined> {
  if (/\.ya?ml$/i.test(path)) return path;
  const stats = await stat(path).catch(() => null);
  if (stats?.isDirectory() !== true) return undefined;
  for (const name of fileNames) {
    const file = join(path, name);
    if (await exists(file)) return file;
  }
  return undefined;
}
