/** The load of an upgrade as its test sees it: a process of its own, and what came of each request and event. */
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ledger as readLedger } from '../chaos/load/aftermath.js';
import { Helper } from '../chaos/load/helper.js';
import { readLines } from '../chaos/load/journal.js';
import type { RawRecord } from '../chaos/load/raw-record.js';
import { monotonicMs } from '../chaos/records.js';
import type { TrafficSettings } from './traffic.js';

export interface LoadEnd {
  readonly requests: readonly RawRecord[];
  /** Ids of events that were answered by 202 and that no function has written down. */
  readonly lost: readonly string[];
  readonly events: number;
  /** What was answered wrongly, in words. */
  readonly oddities: readonly string[];
}

const eventsTimeoutMs = 60_000;

export class Load {
  private constructor(
    private readonly helper: Helper,
    private readonly recordsFile: string,
    private readonly ledgerFile: string,
  ) {}

  static async begin(
    directory: string,
    ledgerFile: string,
    settings: Omit<TrafficSettings, 'recordsFile'>,
  ): Promise<Load> {
    const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const;
    const helper = new Helper('../../upgrade/traffic.js', [...stdio]);
    const recordsFile = join(directory, `requests-${settings.seed}.jsonl`);
    const load = new Load(helper, recordsFile, ledgerFile);
    await load.#tell({ ...settings, recordsFile });
    return load;
  }

  /** Resolves when all that was sent is answered, and all events have run or cannot be waited for any more. */
  async end(): Promise<LoadEnd> {
    const { oddities } = await this.#tell({});
    await this.helper.end();
    const requests = await readLines<RawRecord>(this.recordsFile);
    const accepted = requests
      .filter(({ kind, status }) => kind === 'event' && status === 202)
      .map(({ id }) => id);
    const untilMs = monotonicMs() + eventsTimeoutMs;
    for (;;) {
      const ran = new Set((await readLedger(this.ledgerFile)).map(({ id }) => id));
      const lost = accepted.filter((id) => !ran.has(id));
      if (lost.length === 0 || monotonicMs() > untilMs) {
        return { requests, lost, events: accepted.length, oddities };
      }
      await delay(250);
    }
  }

  async close(): Promise<void> {
    await this.helper.end();
  }

  async #tell(message: Partial<TrafficSettings>): Promise<{ oddities: readonly string[] }> {
    const answered = once(this.helper.child, 'message');
    this.helper.child.send(message);
    const [answer] = await this.helper.unlessEnded(answered);
    return answer as { oddities: readonly string[] };
  }
}
