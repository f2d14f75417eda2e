/** One real node of a stage: started, killed, stopped for a while, damaged and asked. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { askAt } from '../asking.js';
import { hearthBin } from '../cluster-harness.js';
import { Doors } from '../netns/door.js';
import { NodeProcess } from '../node-process.js';
import type { Desk, DeskAnswer } from './settings.js';

export interface NodePlace {
  readonly number: number;
  /** For the data and the output of all nodes. */
  readonly directory: string;
  /** `host:port` */
  readonly http: string;
  readonly cluster: string;
  /** The address that it joins; null founds. */
  readonly join: string | null;
  readonly secretFile: string;
  /** What stands before a command that runs where the node lives. */
  readonly enter: readonly string[];
}

export class StageNode implements Desk {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #process: NodeProcess;
  #doors: Doors | null = null;

  constructor(private readonly place: NodePlace) {
    const log = join(place.directory, `node-${place.number}.log`);
    this.#process = new NodeProcess(place.number, log);
  }

  get number(): number {
    return this.place.number;
  }

  get name(): string {
    return `node ${this.number}`;
  }

  get data(): string {
    return join(this.place.directory, `node-${this.number}`);
  }

  get runs(): boolean {
    return this.#process.runs;
  }

  /** Resolves when the node takes requests. */
  async start(): Promise<void> {
    const { http, cluster, secretFile, directory, enter, join: other } = this.place;
    if (enter.length > 0 && this.#doors === null) {
      this.#doors = new Doors();
      await this.#doors.open(enter, new Map([[this.#doorFile, http]]));
    }
    const args = ['--data', this.data, '--http', http, '--cluster', cluster];
    args.push('--secret-file', secretFile, '--sandbox', 'process');
    if (other !== null) args.push('--join', other);
    const command = [...enter, process.execPath, hearthBin, 'node', ...args];
    await this.#process.start({ command, temporary: directory });
  }

  /** Resolves when the process is gone. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    await this.#process.end(signal);
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process.signal(signal);
  }

  /** Ends it for good. */
  async close(): Promise<void> {
    this.signal('SIGCONT');
    await this.end('SIGTERM');
    this.#doors?.close();
    this.#agent.destroy();
  }

  /** Takes the log away from a node that does not run. */
  async wipeLog(): Promise<void> {
    await rm(join(this.data, 'log'), { recursive: true });
  }

  /** Changes one byte in the middle of what a node that does not run has logged. */
  async damageLog(): Promise<void> {
    const directory = join(this.data, 'log');
    const names = (await readdir(directory)).filter((name) => /^segment-\d+$/.test(name)).sort();
    const file = join(directory, names.at(-1) ?? '');
    const bytes = await readFile(file);
    const at = bytes.length >> 1;
    bytes.writeUInt8(bytes.readUInt8(at) ^ 0x40, at);
    await writeFile(file, bytes);
  }

  /** The damaged logs that it has put aside. */
  async putAside(): Promise<string[]> {
    return (await readdir(this.data)).filter((name) => name.startsWith('log.damaged-'));
  }

  /** Copies all that it has printed. */
  keepLog(directory: string): Promise<void> {
    return this.#process.keepLog(directory);
  }

  /** The end of what it has printed. */
  get log(): string {
    return this.#process.log;
  }

  /** Rejects where there is no whole answer in time. */
  async ask(method: string, path: string, body: unknown, timeoutMs: number): Promise<DeskAnswer> {
    const payload = body === undefined ? '' : JSON.stringify(body);
    const [host = '', port] = this.place.http.split(':');
    const target =
      this.#doors === null ? { host, port: Number(port) } : { socketPath: this.#doorFile };
    const question = { method, path, payload };
    const { text, ...answer } = await askAt(target, this.#agent, question, timeoutMs);
    const isJson = answer.headers['content-type']?.includes('json') === true;
    return { ...answer, body: isJson ? JSON.parse(text) : { text } };
  }

  /** One gauge of its metrics. Rejects where it is not told in time. */
  async gauge(name: string, timeoutMs: number): Promise<number> {
    const { body } = await this.ask('GET', '/_hearth/metrics', undefined, timeoutMs);
    const value = new RegExp(`^${name} (\\S+)$`, 'm').exec(String(body.text))?.[1];
    if (value === undefined) throw new Error(`node ${this.number} does not tell ${name}`);
    return Number(value);
  }

  get #doorFile(): string {
    return join(this.place.directory, `door-${this.number}`);
  }
}
