/** The load, as the test sees it: two processes of its own, so that nothing that the test does makes a client wait. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Arena } from '../arena/types.js';
import type { BalancerName, LoadRecord, MachineStall, RequestRecord } from '../records.js';
import { aftermath } from './aftermath.js';
import { deployAll } from './deploy.js';
import { toldFunction } from './functions.js';
import { Helper } from './helper.js';
import { readLines } from './journal.js';
import { type ClientsSettings, type FromClients, leftOf, type ToClients } from './messages.js';
import { type RawRecord, requestRecord } from './raw-record.js';
import type { Load, LoadOptions } from './types.js';

export function openLoad(options: LoadOptions): Load {
  return new ProcessLoad(options);
}

class ProcessLoad implements Load {
  #clients: Helper | null = null;
  #meter: StallMeter | null = null;

  constructor(private readonly options: LoadOptions) {}

  prepare(): Promise<void> {
    const { arena, seed } = this.options;
    return deployAll(arena, seed, this.#file('ledger.jsonl'));
  }

  async begin(): Promise<void> {
    const { arena } = this.options;
    const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const;
    this.#clients = new Helper('clients.js', [...stdio], arena.enterClients);
    this.#meter = new StallMeter();
    await this.#tell({ kind: 'begin', settings: this.#settings() });
  }

  async end(): Promise<LoadRecord> {
    const { arena } = this.options;
    await this.#tell({ kind: 'end' });
    await this.#clients?.end();
    const left = leftOf(await readFile(this.#file('clients.json'), 'utf8'));
    const requests = await this.#requests();
    const accepted = requests.filter(({ kind, status }) => kind === 'event' && status === 202);
    const after = await aftermath(
      arena,
      accepted.map(({ id }) => id),
      this.#file('ledger.jsonl'),
    );
    const stalls = (await this.#meter?.end()) ?? [];
    await this.close();
    const oddities = [...left.oddities, ...after.oddities];
    return { ...left, ...after, requests, delivering: [toldFunction], oddities, stalls };
  }

  async close(): Promise<void> {
    await Promise.all([this.#clients?.end(), this.#meter?.end()]);
    this.#clients = null;
    this.#meter = null;
  }

  /** Resolves when it is done. */
  async #tell(message: ToClients): Promise<void> {
    const clients = this.#clients;
    if (clients === null) throw new Error('the load has not begun');
    const answered = once(clients.child, 'message');
    clients.child.send(message);
    const [answer] = (await clients.unlessEnded(answered)) as [FromClients];
    if (answer.kind === 'failed') throw new Error(`clients: ${answer.reason}`);
  }

  #settings(): ClientsSettings {
    const { arena, seed, rate } = this.options;
    const { nginx, haproxy } = arena.balancers;
    const balancers = [nginx, haproxy].filter(({ missing }) => missing === false);
    if (balancers.length === 0) throw new Error(`there is no balancer: ${nginx.missing}`);
    return {
      seed,
      rate,
      balancers: balancers.map(({ name, url }) => ({ name: name as BalancerName, url })),
      nodes: arena.nodes.map(({ number, url }) => ({ name: `node ${number}`, url })),
      key: arena.key,
      recordsFile: this.#file('requests.jsonl'),
      leftFile: this.#file('clients.json'),
    };
  }

  async #requests(): Promise<RequestRecord[]> {
    const { arena } = this.options;
    const raw = await readLines<RawRecord>(this.#file('requests.jsonl'));
    const numbers = numbersByHost(arena);
    return raw.map((record) => requestRecord(record, numbers, (id) => arena.numberOf(id)));
  }

  #file(name: string): string {
    return join(this.options.arena.directory, name);
  }
}

export class StallMeter {
  readonly #helper = new Helper('stall-meter.js', ['pipe', 'pipe', 'inherit']);
  #text = '';

  constructor() {
    this.#helper.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#text += text;
    });
  }

  async end(): Promise<MachineStall[]> {
    this.#helper.child.stdin?.end();
    await this.#helper.gone();
    const lines = this.#text.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as MachineStall);
  }
}

function numbersByHost(arena: Arena): ReadonlyMap<string, number> {
  return new Map(arena.nodes.map(({ url, number }) => [new URL(url).host, number]));
}
