/** All clients of a run: what is due is sent, whatever has become of what was sent before. */
import { setTimeout as delay } from 'node:timers/promises';
import { type SigningCredential, seededRandom } from '../../../src/lib/index.js';
import { Settings } from '../../e2e/histories/settings.js';
import { oneOf, Publisher, Writer } from '../../e2e/histories/settings-clients.js';
import { type BalancerName, monotonicMs } from '../records.js';
import { type Address, BalancedClient } from './balanced-client.js';
import { Callers } from './callers.js';
import { firstLabel, lists, registers, switchedFunctions } from './functions.js';
import type { Journal } from './journal.js';
import type { RawRecord } from './raw-record.js';
import { type Planned, Schedule } from './schedule.js';
import { Sender } from './sender.js';
import { SettingsDesk } from './settings-desk.js';
import { Switches, switchGapMs } from './switches.js';

export interface TrafficOptions {
  readonly seed: number;
  readonly rate: number;
  readonly balancers: readonly Address<BalancerName>[];
  readonly key: SigningCredential | null;
}

const wakeEveryMs = 2;
const askTimeoutMs = 30_000;
/** Under way or waiting for their caller; more are not sent. */
const underWayMax = 5000;
const chainCount = 20;
const writerCount = 12;
const publishGapMs = 2000;
const outstandingTimeoutMs = 70_000;
/** A balancer that has lost its node answers by 502 or 504: the write may have happened, or not. */
const openStatuses = [429, 502, 503, 504];

export class Traffic {
  readonly settings: Settings;
  readonly sender: Sender;
  readonly #client: BalancedClient;
  readonly #schedule: Schedule;
  readonly #desk: SettingsDesk;
  readonly #switches: Switches;
  readonly #publisher: Publisher;
  readonly #writers: Callers<Writer>;
  readonly #chains: Callers<string>;
  #timer: NodeJS.Timeout | null = null;
  #beganMs = 0;
  #nextSwitchMs = 0;
  #nextPublishMs = 0;
  #underWay = 0;

  constructor(
    { seed, rate, balancers, key }: TrafficOptions,
    journal: Pick<Journal<RawRecord>, 'write'>,
  ) {
    const random = seededRandom(seed + 1);
    this.#schedule = new Schedule(seed, rate);
    this.#client = new BalancedClient(balancers, { key, timeoutMs: askTimeoutMs });
    this.sender = new Sender(this.#client, journal);
    this.#desk = new SettingsDesk(this.sender, seed, random);
    this.settings = new Settings(() => this.#desk, { askTimeoutMs, openStatuses });
    for (const name of switchedFunctions) this.settings.startsWith(name, firstLabel(name));
    this.#switches = new Switches(this.settings, this.#desk, switchedFunctions);
    this.#publisher = new Publisher('publisher', this.settings, lists, random);
    const writers = Array.from(
      { length: writerCount },
      (_, index) => new Writer(`writer-${index + 1}`, this.settings, registers, random),
    );
    this.#writers = new Callers(writers);
    const chains = Array.from({ length: chainCount }, () => oneOf(switchedFunctions, random));
    this.#chains = new Callers(chains);
  }

  /** The moment from which times of the schedule count. */
  begin(): number {
    this.#beganMs = monotonicMs();
    this.#timer = setInterval(() => this.#wake(), wakeEveryMs);
    return this.#beganMs;
  }

  /** Sends nothing new; resolves with how many are still under way when all have been waited for. */
  async end(): Promise<number> {
    if (this.#timer !== null) clearInterval(this.#timer);
    const untilMs = monotonicMs() + outstandingTimeoutMs;
    while (this.#underWay > 0 && monotonicMs() < untilMs) await delay(20);
    await this.#client.close();
    return this.#underWay;
  }

  #wake(): void {
    for (const planned of this.#schedule.dueBy(monotonicMs() - this.#beganMs)) {
      if (this.#underWay < underWayMax) this.#send(planned);
      else this.#refuse(planned);
    }
  }

  #send(planned: Planned): void {
    const { id, kind, functionName, workMs, way } = planned;
    const dueMs = this.#beganMs + planned.dueMs;
    if (kind === 'settings') this.#settings(planned.dueMs);
    else if (kind === 'chained') {
      this.#callers(this.#chains, (chain) => this.#link(chain, id, dueMs, workMs, way));
    } else {
      this.#count(this.sender.invoke({ id, kind, functionName, dueMs, workMs, way }));
    }
  }

  /** One more of a chain. */
  #link(functionName: string, id: string, dueMs: number, workMs: number, way: number) {
    const newest = this.#switches.newest(functionName);
    const headers = newest === null ? {} : { 'x-hearth-log-position': newest.logPosition };
    const leastVersion = newest?.version ?? null;
    const sent = { id, kind: 'chained', functionName, dueMs, leastVersion } as const;
    return this.sender.invoke({ ...sent, workMs, way, headers });
  }

  /** Switches and publishes have their own pace; all else is written and read. */
  #settings(afterMs: number): void {
    const dueMs = this.#beganMs + afterMs;
    const begin = (step: () => Promise<void>) => this.#desk.dueAt(dueMs, step);
    if (afterMs >= this.#nextSwitchMs) {
      this.#nextSwitchMs = afterMs + switchGapMs(afterMs);
      this.#count(begin(() => this.#switches.step()));
    } else if (afterMs >= this.#nextPublishMs) {
      this.#nextPublishMs = afterMs + publishGapMs;
      this.#count(begin(() => this.#publisher.step()));
    } else {
      this.#callers(this.#writers, (writer) => begin(() => writer.step()));
    }
  }

  #callers<Caller>(callers: Callers<Caller>, work: (caller: Caller) => Promise<void>): void {
    this.#underWay++;
    callers.do((caller) =>
      work(caller).finally(() => {
        this.#underWay--;
      }),
    );
  }

  #count(work: Promise<void>): void {
    this.#underWay++;
    void work.finally(() => {
      this.#underWay--;
    });
  }

  #refuse({ id, kind, functionName, dueMs }: Planned): void {
    const sentKind = kind === 'settings' ? 'write' : kind;
    this.sender.refuse({ id, kind: sentKind, functionName, dueMs: this.#beganMs + dueMs });
  }
}
