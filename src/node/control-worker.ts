/** Starts the control thread as a worker, and connects its messages to a ControlClient. */
import { Worker } from 'node:worker_threads';
import { ControlClient, type ControlEvents, type ToData } from '../cluster/index.js';
import type { Clock } from '../lib/index.js';
import type { HearthError } from '../types/index.js';
import type { ControlThreadData } from './control-thread.js';

/** How long the control thread may take to leave the cluster and sync its log. */
const stopTimeoutMs = 5000;

export class ControlWorker {
  readonly client: ControlClient;
  #worker: Worker | null = null;
  #stopping = false;
  #stopped: () => void = () => {};
  #started: () => void = () => {};
  #failed: (error: HearthError) => void = () => {};

  constructor(
    private readonly clock: Clock,
    events: Omit<ControlEvents, 'started' | 'stopped'>,
  ) {
    this.client = new ControlClient(clock, (message) => this.#worker?.postMessage(message), {
      ...events,
      failed: (error) => {
        this.#failed(error);
        events.failed(error);
      },
      started: () => this.#started(),
      stopped: () => this.#stopped(),
    });
  }

  /** Resolves when the node listens on its cluster port. Throws what kept it from that. */
  async start(data: ControlThreadData): Promise<void> {
    const worker = new Worker(new URL('./control-thread.js', import.meta.url), {
      workerData: data,
      name: 'hearth-control',
    });
    this.#worker = worker;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#started = resolve;
        this.#failed = reject;
        worker.on('message', (message: ToData) => this.client.receive(message));
        worker.on('error', (error) => this.#died(`it threw ${error.message}`));
        worker.on('exit', () => this.#died('it ended'));
      });
    } catch (error) {
      // what it has opened by then would keep the process from ending
      this.#stopping = true;
      this.#worker = null;
      await worker.terminate();
      throw error;
    }
  }

  async stop(): Promise<void> {
    if (this.#worker === null) return;
    this.#stopping = true;
    await new Promise<void>((resolve) => {
      const cancel = this.clock.after(stopTimeoutMs, resolve);
      this.#stopped = () => {
        cancel();
        resolve();
      };
      this.client.stop();
    });
    this.client.close();
    await this.#worker.terminate();
    this.#worker = null;
  }

  #died(how: string): void {
    if (this.#stopping) {
      this.#stopped();
      return;
    }
    const message = `The control thread is gone (${how}); the node cannot go on, restart it.`;
    this.client.receive({ kind: 'failed', code: 'internal', message });
  }
}
