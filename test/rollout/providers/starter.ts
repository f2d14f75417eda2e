/** A node's provider in a process of its own, that starts a node and dies. Its argument is JSON: see Start. */
import { makeProvider } from '../../../src/rollout/index.js';
import type { ProviderConfig } from '../../../src/types/index.js';
import { depsOf, type OwnProgram } from './provider-deps.js';

export interface Start {
  readonly config: ProviderConfig;
  readonly own: OwnProgram;
  readonly place: string;
  readonly version: string;
}

const { config, own, place, version } = JSON.parse(process.argv[2] ?? '') as Start;
await makeProvider(config, depsOf(own)).start(place, version);
process.kill(process.pid, 'SIGKILL');
