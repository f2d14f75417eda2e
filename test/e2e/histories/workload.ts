/** Clients that write and read the settings of functions through random nodes, one after the other, until they are stopped. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../../../src/lib/index.js';
import { Settings } from './settings.js';
import { oneOf, Publisher, Writer } from './settings-clients.js';
import type { Stage } from './stage.js';
import type { StageNode } from './stage-node.js';

export const registers = ['reg-a', 'reg-b', 'reg-c', 'reg-d'];
export const lists = ['list-a', 'list-b'];

const restMsMax = 30;

export class Workload {
  readonly settings: Settings;
  #stopping = false;

  constructor(
    stage: Stage,
    private readonly random: Random,
  ) {
    this.settings = new Settings(() => {
      const { running, nodes } = stage;
      return oneOf(running.length > 0 ? running : nodes, random);
    });
  }

  /** Runs until `stop`. */
  async run(writers: number, publishers: number): Promise<void> {
    const { settings, random } = this;
    const of = (name: string, length: number) =>
      Array.from({ length }, (_, index) => `${name}-${index + 1}`);
    await Promise.all([
      ...of('writer', writers).map((name) =>
        this.#steps(new Writer(name, settings, registers, random)),
      ),
      ...of('publisher', publishers).map((name) =>
        this.#steps(new Publisher(name, settings, lists, random)),
      ),
    ]);
  }

  stop(): void {
    this.#stopping = true;
  }

  /** One confirmed read of everything through one node. */
  async readAll(node: StageNode): Promise<void> {
    await this.settings.readAll(registers, lists, node);
  }

  /** Everything that a node knows of every function. */
  catalogue(node: StageNode): Promise<unknown> {
    return this.settings.catalogue([...registers, ...lists], node);
  }

  async #steps(client: Writer | Publisher): Promise<void> {
    while (!this.#stopping) {
      await client.step();
      await delay(this.random.below(restMsMax));
    }
  }
}
