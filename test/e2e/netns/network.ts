/**
 * A network of namespaces: each holds one node with an address of its own, and the relay of `relay.py`
 * carries the packets between them as late as a test wants. Loss and one-way cuts are iptables rules
 * where packets come in, so a node that is not heard still believes that it has sent. The host's own
 * network is not touched: the relay's devices are made in a namespace, too.
 */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { missing, root } from '../cluster-harness.js';
import {
  directoryOf,
  env,
  nameOf,
  namespaces,
  remove,
  removeAtEnd,
  removeLeftovers,
} from './traces.js';

export type Direction = readonly [from: number, to: number];

const run = promisify(execFile);
const device = 'eth0';

/** Why no such network can be made here, or false. */
export function noNetwork(): string | false {
  if (process.getuid?.() !== 0) return 'not root';
  const lacking = missing('ip', 'iptables-restore', 'nsenter', 'unshare', 'python3');
  if (lacking !== false) return lacking;
  try {
    accessSync('/dev/net/tun', constants.R_OK | constants.W_OK);
    execFileSync('unshare', ['--net', 'true'], { stdio: 'ignore', env });
    return false;
  } catch {
    return 'this system lets nobody make network namespaces or TUN devices';
  }
}

/** Nodes are numbered from 1. */
export class Network {
  /** For the files of its nodes, temporary ones too. */
  readonly directory = directoryOf(process.pid);
  readonly #blocked = new Set<string>();
  readonly #rules = new Map<number, string>();
  #lossShare = 0;
  #relay: ChildProcess | null = null;
  #relayLines: AsyncIterator<string, undefined> | null = null;

  private constructor(readonly size: number) {}

  static async open(size: number): Promise<Network> {
    removeLeftovers();
    removeAtEnd();
    const network = new Network(size);
    mkdirSync(network.directory, { mode: 0o700 });
    const numbers = network.#numbers();
    await run('ip', ['netns', 'add', nameOf('wire')], { env });
    await network.#startRelay(numbers);
    await Promise.all(numbers.map((i) => network.#connect(i)));
    return network;
  }

  /** Removes all of it, with every process in it and its directory. */
  close(): void {
    this.#relay?.stdin?.end();
    remove(process.pid);
  }

  address(i: number): string {
    return `10.77.0.${i}`;
  }

  /** What to put before a command for it to run where node `i` lives. The process id stays the same. */
  enter(i: number): readonly string[] {
    return ['nsenter', `--net=${join(namespaces, nameOf(i))}`, '--'];
  }

  /** Every packet takes this long, one way. */
  async delay(oneWayMs: number): Promise<void> {
    this.#relay?.stdin?.write(`delay ${oneWayMs}\n`);
    await this.#relayAnswers('delay');
  }

  /** Counts the packets in which these bytes go over the wire, from now on. */
  async listenFor(bytes: Uint8Array): Promise<void> {
    this.#relay?.stdin?.write(`listen ${Buffer.from(bytes).toString('hex')}\n`);
    await this.#relayAnswers('listen');
  }

  /** How many there were. */
  async heard(): Promise<number> {
    this.#relay?.stdin?.write('heard\n');
    return Number(await this.#relayAnswers('heard'));
  }

  /** This share of all packets is lost, by chance. */
  async lose(share: number): Promise<void> {
    this.#lossShare = share;
    await this.#applyRules();
  }

  async cut(directions: readonly Direction[]): Promise<void> {
    for (const [from, to] of directions) this.#blocked.add(`${from}>${to}`);
    await this.#applyRules();
  }

  /** Ends all cuts; loss and delay stay. */
  async heal(): Promise<void> {
    this.#blocked.clear();
    await this.#applyRules();
  }

  async #startRelay(numbers: readonly number[]): Promise<void> {
    const script = join(root, 'test/e2e/netns/relay.py');
    const devices = numbers.map((i) => `node${i}=${this.address(i)}`);
    const args = [`--net=${join(namespaces, nameOf('wire'))}`, '--', 'python3', '-S', script];
    const relay = spawn('nsenter', [...args, ...devices], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env,
    });
    this.#relay = relay;
    this.#relayLines = createInterface(relay.stdout)[Symbol.asyncIterator]();
    await this.#relayAnswers('ready');
  }

  async #relayAnswers(wanted: string): Promise<string> {
    const answer = await this.#relayLines?.next();
    const [what, ...rest] = answer?.value?.split(' ') ?? [];
    if (what !== wanted) throw new Error(`the relay has ended, or says ${answer?.value}`);
    return rest.join(' ');
  }

  async #connect(i: number): Promise<void> {
    const [name, wire] = [nameOf(i), nameOf('wire')];
    await run('ip', ['netns', 'add', name], { env });
    await run('ip', ['-n', wire, 'link', 'set', `node${i}`, 'netns', name, 'name', device], {
      env,
    });
    const inside = (...args: string[]) => run('ip', ['-n', name, ...args], { env });
    await inside('address', 'add', `${this.address(i)}/24`, 'dev', device);
    await inside('link', 'set', 'lo', 'up');
    await inside('link', 'set', device, 'up');
  }

  async #applyRules(): Promise<void> {
    await Promise.all(this.#numbers().map((i) => this.#applyRulesOf(i)));
  }

  /** All rules of a node at once; loopback, where its view is read, is never concerned. */
  async #applyRulesOf(i: number): Promise<void> {
    const drops = this.#numbers()
      .filter((from) => this.#blocked.has(`${from}>${i}`))
      .map((from) => `-s ${this.address(from)}`);
    if (this.#lossShare > 0) {
      drops.push(`-m statistic --mode random --probability ${this.#lossShare}`);
    }
    const rules = drops.map((drop) => `-A INPUT -i ${device} ${drop} -j DROP\n`).join('');
    if (rules === (this.#rules.get(i) ?? '')) return;
    this.#rules.set(i, rules);
    const [command = '', ...args] = this.enter(i);
    const restored = run(command, [...args, 'iptables-restore'], { env });
    restored.child.stdin?.end(`*filter\n:INPUT ACCEPT\n${rules}COMMIT\n`);
    await restored;
  }

  #numbers(): number[] {
    return Array.from({ length: this.size }, (_, index) => index + 1);
  }
}

/** Both directions between every node of one side and every node of the other. */
export function between(some: readonly number[], others: readonly number[]): Direction[] {
  return some.flatMap((a) =>
    others.flatMap((b): Direction[] => [
      [a, b],
      [b, a],
    ]),
  );
}
