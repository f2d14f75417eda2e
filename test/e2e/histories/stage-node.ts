/** One real node of a stage: started, killed, stopped for a while, damaged and asked. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { hearthBin } from '../cluster-harness.js';

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

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readonly<Record<string, unknown>>;
}

const door = fileURLToPath(new URL('./door.js', import.meta.url));
const readyTimeoutMs = 40_000;
/** Of a node that does not start, for the error. */
const logTailChars = 4000;

export class StageNode {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  #process: ChildProcess | null = null;
  #door: ChildProcess | null = null;

  constructor(private readonly place: NodePlace) {}

  get number(): number {
    return this.place.number;
  }

  get data(): string {
    return join(this.place.directory, `node-${this.number}`);
  }

  get runs(): boolean {
    const { exitCode, signalCode } = this.#process ?? { exitCode: 0, signalCode: null };
    return exitCode === null && signalCode === null;
  }

  /** Resolves when the node takes requests. */
  async start(): Promise<void> {
    if (this.place.enter.length > 0 && this.#door === null) await this.#openDoor();
    const { http, cluster, secretFile, join: other } = this.place;
    const args = ['--data', this.data, '--http', http, '--cluster', cluster];
    args.push('--secret-file', secretFile, '--sandbox', 'process');
    if (other !== null) args.push('--join', other);
    const log = openSync(this.#logFile, 'a');
    const child = this.#spawn([hearthBin, 'node', ...args], ['ignore', log, log, 'ipc']);
    closeSync(log);
    this.#process = child;
    const ready = once(child, 'message').then(() => null);
    const ended = once(child, 'exit').then(([code, signal]) => `ended with ${code ?? signal}`);
    const late = delay(readyTimeoutMs, `not ready in ${readyTimeoutMs} ms`, { ref: false });
    const failure = await Promise.race([ready, ended, late]);
    if (failure !== null) throw new Error(`node ${this.number}: ${failure}\n${this.log}`);
  }

  /** Resolves when the process is gone. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#process;
    if (child === null || !this.runs) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process?.kill(signal);
  }

  /** Ends it for good. */
  async close(): Promise<void> {
    this.signal('SIGCONT');
    await this.end('SIGTERM');
    this.#door?.stdin?.end();
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
  async keepLog(directory: string): Promise<void> {
    await mkdir(directory, { recursive: true });
    await copyFile(this.#logFile, join(directory, `node-${this.number}.log`));
  }

  /** The end of what it has printed. */
  get log(): string {
    return readFileSync(this.#logFile, 'utf8').slice(-logTailChars);
  }

  /** Rejects where there is no whole answer in time. */
  async ask(method: string, path: string, body: unknown, timeoutMs: number): Promise<Answer> {
    const payload = body === undefined ? '' : JSON.stringify(body);
    const [host, port] = this.place.http.split(':');
    const target =
      this.place.enter.length > 0 ? { socketPath: this.#doorFile } : { host, port: Number(port) };
    const signal = AbortSignal.timeout(timeoutMs);
    const asked = request({ ...target, method, path, agent: this.#agent, signal });
    asked.setHeader('content-length', Buffer.byteLength(payload));
    asked.end(payload);
    const [answer] = await once(asked, 'response');
    const told = await text(answer);
    const { statusCode: status, headers } = answer;
    const isJson = headers['content-type']?.includes('json') === true;
    return { status, headers, body: isJson ? JSON.parse(told) : { text: told } };
  }

  /** One gauge of its metrics. Rejects where it is not told in time. */
  async gauge(name: string, timeoutMs: number): Promise<number> {
    const { body } = await this.ask('GET', '/_hearth/metrics', undefined, timeoutMs);
    const value = new RegExp(`^${name} (\\S+)$`, 'm').exec(String(body.text))?.[1];
    if (value === undefined) throw new Error(`node ${this.number} does not tell ${name}`);
    return Number(value);
  }

  get #logFile(): string {
    return join(this.place.directory, `node-${this.number}.log`);
  }

  get #doorFile(): string {
    return join(this.place.directory, `door-${this.number}`);
  }

  async #openDoor(): Promise<void> {
    const port = this.place.http.split(':')[1] ?? '';
    const opening = this.#spawn([door, this.#doorFile, port], ['pipe', 'pipe', 'inherit']);
    this.#door = opening;
    if (opening.stdout !== null) await once(opening.stdout, 'data');
  }

  #spawn(args: readonly string[], stdio: ('ignore' | 'pipe' | 'inherit' | 'ipc' | number)[]) {
    const [command = process.execPath, ...rest] = [...this.place.enter, process.execPath];
    const env = { ...process.env, HEARTH_UP: '1', TMPDIR: this.place.directory };
    return spawn(command, [...rest, ...args], { stdio, env });
  }
}
