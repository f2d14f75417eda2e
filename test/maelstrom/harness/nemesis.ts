/** What disturbs a run: every now and then a fault of one of the chosen kinds, for a while. */
import type { Clock, Random } from '../../../src/lib/index.js';
import type { Cluster } from './cluster.js';
import { partition, partitionKinds } from './partitions.js';

export const faultKinds = ['partition', 'kill', 'pause'] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface NemesisOptions {
  readonly faults: readonly FaultKind[];
  /** From the end of one fault to the next. */
  readonly quietMs: number;
  /** How long a fault lasts. */
  readonly faultMs: number;
  readonly told: (text: string) => void;
}

export class Nemesis {
  #running: Promise<void> | null = null;
  #stopped = false;
  #roundDone: () => void = () => {};
  /** Each kind of fault has been there once; at once where there are none. */
  readonly firstRound: Promise<void>;
  /** How many faults there were of each kind. */
  readonly counts: Record<FaultKind, number> = { partition: 0, kill: 0, pause: 0 };

  constructor(
    private readonly collaborators: {
      readonly clock: Clock;
      readonly random: Random;
      readonly cluster: Cluster;
    },
    private readonly options: NemesisOptions,
  ) {
    this.firstRound = new Promise((resolve) => {
      this.#roundDone = resolve;
    });
    if (options.faults.length === 0) this.#roundDone();
  }

  start(): void {
    if (this.options.faults.length > 0) this.#running = this.#run();
  }

  /** Resolves once everything is whole again. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    const { random } = this.collaborators;
    // Each kind comes once before any comes again, so that a short run has them all.
    let order: FaultKind[] = [];
    while (!this.#stopped) {
      await this.#sleep(this.options.quietMs);
      if (this.#stopped) return;
      if (order.length === 0) order = random.shuffled(this.options.faults);
      const fault = order.pop();
      if (fault === undefined) return;
      this.counts[fault]++;
      await this.#perform(fault);
      if (order.length === 0) this.#roundDone();
    }
  }

  async #perform(fault: FaultKind): Promise<void> {
    const { cluster, random } = this.collaborators;
    const { told, faultMs } = this.options;
    const minority = Math.max(1, Math.floor((cluster.names.length - 1) / 4));
    const victims = random.shuffled(cluster.names).slice(0, 1 + random.below(minority));
    switch (fault) {
      case 'partition': {
        const kind = partitionKinds[random.below(partitionKinds.length)] ?? 'halves';
        told(`partition: ${kind}`);
        cluster.network.cut(partition(kind, cluster.names, random));
        await this.#sleep(faultMs);
        cluster.network.cut(new Set());
        break;
      }
      case 'kill':
        told(`kill: ${victims.join()}`);
        await Promise.all(victims.map((name) => cluster.killNode(name)));
        await this.#sleep(faultMs);
        await Promise.all(victims.map((name) => cluster.startNode(name)));
        break;
      case 'pause':
        told(`pause: ${victims.join()}`);
        for (const name of victims) cluster.pauseNode(name);
        await this.#sleep(faultMs);
        for (const name of victims) cluster.resumeNode(name);
        break;
    }
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.collaborators.clock.after(ms, resolve));
  }
}
