/**
 * A network of namespaces: each holds one node with an address of its own, and the relay of `relay.py`
 * carries the packets between them as late as a test wants. Loss and one-way cuts are iptables rules
 * where packets come in, so a node that is not heard still believes that it has sent. The host's own
 * network is not touched: the relay's devices are made in a namespace, too. Beside the nodes there can be
 * outsiders, such as a machine of clients: whatever is wrong between nodes, who talks to these notices nothing.
 */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { missing, root } from '../cluster-harness.js';
import { directoryOf, env, nameOf, namespaces, openDirectory, remove } from './traces.js';

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

/** Nodes are numbered from 1, the outsiders after them. */
export class Network {
  /** For the files of its nodes, temporary ones too. */
  readonly directory = directoryOf(process.pid);
  readonly #blocked = new Set<string>();
  readonly #rules = new Map<number, string>();
  #lossShare = 0;
  #relay: ChildProcess | null = null;
  #relayLines: AsyncIterator<string, undefined> | null = null;

  private constructor(
    readonly size: number,
    readonly outsiders: number,
  ) {}

  static async open(size: number, outsiders = 0): Promise<Network> {
    const network = new Network(size, outsiders);
    openDirectory();
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

  /** Every packet between nodes takes this long, one way. */
  async delay(oneWayMs: number): Promise<void> {
    this.#relay?.stdin?.write(`delay ${oneWayMs}\n`);
    await this.#relayAnswers('delay');
  }

  /** Every packet between nodes takes longer by a random time of at most this, and may overtake others. */
  async jitter(maxMs: number): Promise<void> {
    this.#relay?.stdin?.write(`jitter ${maxMs}\n`);
    await this.#relayAnswers('jitter');
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

  /** This share of the packets between nodes is lost, by chance. */
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
    const devices = numbers.map((i) => `node${i}${this.#isNode(i) ? '=' : '@'}${this.address(i)}`);
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
    const nodes = this.#numbers().filter((i) => this.#isNode(i));
    await Promise.all(nodes.map((i) => this.#applyRulesOf(i)));
  }

  /** All rules of a node at once; loopback, where its view is read, is never concerned. */
  async #applyRulesOf(i: number): Promise<void> {
    const drops = this.#numbers()
      .filter((from) => this.#blocked.has(`${from}>${i}`))
      .map((from) => `-s ${this.address(from)} -j DROP`);
    if (this.#lossShare > 0) {
      const outside = this.#numbers().filter((from) => !this.#isNode(from));
      drops.push(...outside.map((from) => `-s ${this.address(from)} -j ACCEPT`));
      drops.push(`-m statistic --mode random --probability ${this.#lossShare} -j DROP`);
    }
    const rules = drops.map((drop) => `-A INPUT -i ${device} ${drop}\n`).join('');
    if (rules === (this.#rules.get(i) ?? '')) return;
    this.#rules.set(i, rules);
    const [command = '', ...args] = this.enter(i);
    const restored = run(command, [...args, 'iptables-restore'], { env });
    restored.child.stdin?.end(`*filter\n:INPUT ACCEPT\n${rules}COMMIT\n`);
    await restored;
  }

  #numbers(): number[] {
    return Array.from({ length: this.size + this.outsiders }, (_, index) => index + 1);
  }

  #isNode(i: number): boolean {
    return i <= this.size;
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
