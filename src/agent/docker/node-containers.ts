/**
 * A node's containers, told by their labels: also those that it does not know of, because an earlier run
 * made them, or because the daemon made them after nobody waited for them any more.
 */
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { DockerDaemon } from './daemon.js';
import type { Removals } from './removals.js';

const runtimeLabel = 'hearth.runtime';
const dataLabel = 'hearth.data';

export class NodeContainers {
  readonly #data: string;

  /** The manifest is what makes a data directory one node's. */
  constructor(
    private readonly daemon: DockerDaemon,
    manifestPath: string,
  ) {
    this.#data = createHash('sha256').update(resolve(manifestPath)).digest('hex').slice(0, 16);
  }

  /** Of a container made now. `run` names this run of the node. */
  labels(run: string): Record<string, string> {
    return { [runtimeLabel]: run, [dataLabel]: this.#data };
  }

  /** To be called when no other process has this data directory. Rejects where the daemon does not answer. */
  removeThoseOfEarlierRuns(run: string, removals: Removals): Promise<void> {
    return this.#remove(`${dataLabel}=${this.#data}`, removals, run);
  }

  removeThoseOf(run: string, removals: Removals): Promise<void> {
    return this.#remove(`${runtimeLabel}=${run}`, removals);
  }

  async #remove(label: string, removals: Removals, butOf?: string): Promise<void> {
    const filters = { label: [label] };
    const found = await this.daemon.call('list containers', (docker, abortSignal) =>
      docker.listContainers({ all: true, filters, abortSignal }),
    );
    const left = found.filter(({ Labels }) => Labels[runtimeLabel] !== butOf);
    await Promise.all(left.map(({ Id }) => this.#removeOne(Id, removals)));
  }

  /** Once here, for whoever waits; where that does not do it, in the background. */
  async #removeOne(id: string, removals: Removals): Promise<void> {
    try {
      await this.daemon.call('remove a container', (docker, abortSignal) =>
        docker.getContainer(id).remove({ force: true, v: true, abortSignal }),
      );
    } catch {
      void removals.add(id);
    }
  }
}
