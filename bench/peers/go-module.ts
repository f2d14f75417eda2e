/** Programs written in Go: built once per version into the benchmark's cache, by the `go` of this machine. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { installedOnce, run } from './npm-package.js';

/** The built program. Throws `NotHere` where there is no Go, or its module proxy does not have it. */
export async function goProgram(module: string, version: string): Promise<string> {
  const program = module.slice(module.lastIndexOf('/') + 1);
  const label = `${program}-${version.slice(0, 12)}`;
  const directory = await installedOnce(label, async (unfinished) => {
    const scratch = join(unfinished, 'scratch');
    const places = { GOBIN: unfinished, GOPATH: scratch, GOCACHE: join(scratch, 'cache') };
    await run('go', ['install', `${module}@${version}`], { ...places, GOFLAGS: '-modcacherw' });
    await rm(scratch, { recursive: true });
  });
  return join(directory, program);
}
