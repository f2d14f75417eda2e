/** Keeps a node and its caller awake between measurements: what is measured is not how a machine wakes up. */
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../src/lib/index.js';
import { type Functions, hello } from './functions.js';
import { RawCaller } from './raw-caller.js';

/** So that the programs on both sides are compiled. */
const warmUps = 3000;
const name = 'awake';

export class Awake {
  private constructor(
    private readonly functions: Functions,
    readonly caller: RawCaller,
  ) {}

  static async open(functions: Functions): Promise<Awake> {
    await functions.create(name, { language: 'nodejs', source: hello.nodejs });
    const caller = await RawCaller.open(functions.url);
    for (let call = 0; call < warmUps; call++) await caller.call(name);
    return new Awake(functions, caller);
  }

  /** Waits, and resolves with how long the last call took to a sandbox that is in use: the floor. */
  async wait(forMs: number, everyMs: number): Promise<number> {
    const untilMs = systemClock.nowMs() + forMs;
    for (;;) {
      const { tookMs } = await this.caller.call(name);
      if (systemClock.nowMs() > untilMs) return tookMs;
      await delay(everyMs);
    }
  }

  async close(): Promise<void> {
    this.caller.close();
    await this.functions.delete(name);
  }
}
