/** A host of the conformance suite's nodes, in a directory that goes with it. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlaceConfig, ProviderConfig } from '../../../src/types/index.js';
import { brokenProgram, fakeProgram, packRelease, writeRelease } from './fake-release.js';
import type { Stage } from './provider-conformance.js';

export interface Ground {
  readonly directory: string;
  readonly places: readonly PlaceConfig[];
  /** The settings file of all nodes. */
  readonly settings: string;
}

/** Of releases that are packed. */
export async function stageOf(
  configOf: (ground: Ground) => Promise<ProviderConfig>,
): Promise<Stage & Ground> {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-places-'));
  const places = ['one', 'two', 'three'].map((name, index) => ({
    name,
    http: `127.0.0.1:${8001 + index}`,
    cluster: `127.0.0.1:${9001 + index}`,
    data: join(directory, 'places', name, 'data'),
  }));
  const settings = join(directory, 'config.json');
  await writeFile(settings, '{}');
  const config = await configOf({ directory, places, settings });
  const made = join(directory, 'made');
  await mkdir(made);
  const own = join(directory, 'own');
  await writeRelease(own, '0.9.0', fakeProgram);
  const next = await packRelease(made, '1.1.0', fakeProgram);
  const old = await packRelease(made, '1.0.0', fakeProgram);
  const data = (name: string) => join(directory, 'places', name, 'data');
  const crash = async (name: string): Promise<void> => {
    const lock = await readFile(join(data(name), 'lock'), 'utf8').catch(() => '');
    const pid = Number(lock.split(' ')[0]);
    if (pid === 0) return;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it has ended
    }
  };
  return {
    directory,
    places,
    settings,
    config,
    refusal: config.kind === 'command' ? 'internal' : 'release-refused',
    own: { version: '0.9.0', programRoot: own, nodeArguments: ['node', '--config', settings] },
    old,
    next,
    broken: await packRelease(made, '1.2.0', brokenProgram),
    wrong: { ...next, digest: old.digest },
    data,
    crash,
    async end() {
      for (const { name } of places) await crash(name);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
