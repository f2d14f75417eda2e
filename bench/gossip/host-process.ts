/** The benchmark's handle on one of its processes. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  type FromHost,
  type HostPlan,
  nowMs,
  type Sighting,
  type ToHost,
  type Usage,
} from './messages.js';

const program = fileURLToPath(new URL('./host.js', import.meta.url));
const answerTimeoutMs = 30_000;

export class HostProcess {
  /** When the system said that the process had ended. */
  endedMs = Number.NaN;
  readonly #child: ChildProcess = fork(program);
  addresses: readonly string[] = [];

  constructor(private readonly onSighting: (sighting: Sighting) => void) {
    this.#child.once('exit', () => {
      this.endedMs = nowMs();
    });
    this.#child.on('message', (message: FromHost) => {
      if (message.kind === 'sightings') for (const one of message.sightings) this.onSighting(one);
    });
  }

  /** Resolves when all of its members listen. */
  async start(plan: HostPlan): Promise<void> {
    this.#say({ kind: 'start', plan });
    this.addresses = (await this.#answer('started')).addresses;
  }

  async usage(): Promise<Usage> {
    const answer = this.#answer('usage');
    this.#say({ kind: 'usage' });
    return (await answer).usage;
  }

  /** SIGKILL; returns the moment at once, and does not wait for the end. */
  kill(): number {
    const atMs = nowMs();
    this.#child.kill('SIGKILL');
    return atMs;
  }

  async ended(): Promise<void> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) await once(this.#child, 'exit');
  }

  #say(message: ToHost): void {
    this.#child.send(message);
  }

  async #answer<Kind extends FromHost['kind']>(
    kind: Kind,
  ): Promise<Extract<FromHost, { kind: Kind }>> {
    const signal = AbortSignal.timeout(answerTimeoutMs);
    for (;;) {
      const [message] = (await once(this.#child, 'message', { signal })) as [FromHost];
      if (message.kind === kind) return message as Extract<FromHost, { kind: Kind }>;
    }
  }
}
