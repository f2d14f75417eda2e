/**
 * The clients' program, on a machine of their own: told by messages to begin and to end, it leaves what it has
 * taken down in files.
 */
import { writeFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { monotonicMs } from '../records.js';
import { finalReads } from './final-reads.js';
import { Journal } from './journal.js';
import type { ClientsLeft, ClientsSettings, FromClients, ToClients } from './messages.js';
import type { RawRecord } from './raw-record.js';
import { Traffic } from './traffic.js';

/** Of a process: before whatever works on the nodes' machines, which are not the clients'. */
const niceness = -10;

let clients: Clients | null = null;
try {
  setPriority(niceness);
} catch {
  // only root may: then clients compete with nodes, and the stalls tell how much that matters
}

process.on('message', (message: ToClients) => {
  perform(message).then(tell, (error: Error) => tell({ kind: 'failed', reason: `${error.stack}` }));
});
// ends with whoever started it
process.on('disconnect', () => process.exit());

async function perform(message: ToClients): Promise<FromClients> {
  if (message.kind === 'begin') {
    clients = new Clients(message.settings);
    return { kind: 'begun' };
  }
  await clients?.end();
  return { kind: 'ended' };
}

function tell(message: FromClients): void {
  process.send?.(message);
}

class Clients {
  readonly #journal: Journal<RawRecord>;
  readonly #traffic: Traffic;
  readonly #beganMs: number;

  constructor(private readonly settings: ClientsSettings) {
    this.#journal = new Journal(settings.recordsFile);
    this.#traffic = new Traffic(settings, this.#journal);
    this.#beganMs = this.#traffic.begin();
  }

  /** Resolves when everything stands in its file. */
  async end(): Promise<void> {
    const { settings, sender } = this.#traffic;
    const endedMs = monotonicMs();
    const oddities: string[] = [];
    const late = await this.#traffic.end();
    if (late > 0) oddities.push(`${late} requests were still under way long after the end`);
    oddities.push(...(await finalReads(settings, this.settings)));
    oddities.push(...sender.oddities, ...settings.faults);
    await this.#journal.close();
    const left: ClientsLeft = {
      beganMs: this.#beganMs,
      endedMs,
      registers: settings.registers.operations(),
      lists: settings.lists.operations(),
      oddities,
    };
    await writeFile(this.settings.leftFile, JSON.stringify(left));
  }
}
