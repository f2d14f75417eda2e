/**
 * The clients' program of an upgrade: requests at a constant rate through one balancer, each sent when it is due
 * whatever has become of those before, and each taken down in a file. Settings come as the first message; it ends
 * what it has under way at the second.
 */
import { setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { type Random, seededRandom } from '../../src/lib/index.js';
import { BalancedClient } from '../chaos/load/balanced-client.js';
import { Journal } from '../chaos/load/journal.js';
import type { RawRecord } from '../chaos/load/raw-record.js';
import { requestId } from '../chaos/load/schedule.js';
import { Sender } from '../chaos/load/sender.js';
import { monotonicMs } from '../chaos/records.js';
import { eventFunction, hotFunction, otherFunctions } from './functions.js';

export interface TrafficSettings {
  /** Of the balancer. */
  readonly url: string;
  /** Requests a second. */
  readonly rate: number;
  readonly seed: number;
  readonly recordsFile: string;
}

const wakeEveryMs = 2;
const askTimeoutMs = 30_000;
const endTimeoutMs = 40_000;
const underWayMax = 5000;
/** Before nodes: what a client waits for a processor is no latency of the cluster. */
const niceness = -10;

class Traffic {
  readonly #random: Random;
  readonly #journal: Journal<RawRecord>;
  readonly #client: BalancedClient<'nginx'>;
  readonly #sender: Sender;
  readonly #beganMs = monotonicMs();
  readonly #timer: NodeJS.Timeout;
  #count = 0;
  #underWay = 0;

  constructor(private readonly settings: TrafficSettings) {
    const { url, seed, recordsFile } = settings;
    this.#random = seededRandom(seed);
    this.#journal = new Journal(recordsFile);
    this.#client = new BalancedClient([{ name: 'nginx', url }], {
      key: null,
      timeoutMs: askTimeoutMs,
    });
    this.#sender = new Sender(this.#client, this.#journal);
    this.#timer = setInterval(() => this.#wake(), wakeEveryMs);
  }

  /** Resolves with what was answered wrongly, when all is taken down. */
  async end(): Promise<readonly string[]> {
    clearInterval(this.#timer);
    const untilMs = monotonicMs() + endTimeoutMs;
    while (this.#underWay > 0 && monotonicMs() < untilMs) await delay(20);
    await this.#client.close();
    await this.#journal.close();
    return this.#sender.oddities;
  }

  #wake(): void {
    const { rate } = this.settings;
    const dueCount = ((monotonicMs() - this.#beganMs) * rate) / 1000;
    while (this.#count < dueCount) {
      this.#send(this.#beganMs + (this.#count * 1000) / rate);
    }
  }

  #send(dueMs: number): void {
    const id = requestId(this.settings.seed, 'planned', this.#count++);
    const dice = this.#random.next();
    const kind = dice < 0.2 ? 'event' : 'invoke';
    const other = otherFunctions[this.#count % otherFunctions.length] ?? hotFunction;
    const functionName = dice < 0.2 ? eventFunction : dice < 0.7 ? hotFunction : other;
    const sent = { id, kind, functionName, dueMs } as const;
    if (this.#underWay >= underWayMax) {
      this.#sender.refuse(sent);
      return;
    }
    this.#underWay++;
    void this.#sender.invoke({ ...sent, workMs: 0, way: 0 }).finally(() => {
      this.#underWay--;
    });
  }
}

let traffic: Traffic | null = null;
try {
  setPriority(niceness);
} catch {
  // only root may
}
process.on('message', (settings: TrafficSettings) => {
  if (traffic === null) {
    traffic = new Traffic(settings);
    process.send?.({ oddities: [] });
    return;
  }
  void traffic.end().then((oddities) => process.send?.({ oddities }));
});
// ends with whoever started it
process.on('disconnect', () => process.exit());
