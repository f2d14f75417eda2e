/**
 * A cluster that is upgraded, as a model: hosts with places, processes that boot, serve, leave and die, members as gossip
 * comes to see them, a Master by cohort and age, and the real state machine and plan. What is on its way may be late,
 * lost or doubled, also when whoever sent it rules no longer.
 */
import { type Random, seededRandom } from '../../../src/lib/index.js';
import {
  type Action,
  type Comparison,
  encodeRolloutCommand,
  type Facts,
  type HostFacts,
  type PlanSettings,
  plan,
  type Release,
  type RolloutCommand,
  RolloutMachine,
} from '../../../src/rollout/index.js';
import { type NodeId, nodeId } from '../../../src/types/index.js';

/** What is wrong with the release. */
export type Flaw =
  | 'none'
  | 'crashes-at-start'
  | 'hangs-at-start'
  | 'crashes-later'
  | 'bad-figures'
  | 'bad-figures-late'
  | 'few-requests'
  | 'cannot-be-prepared';

export interface WorldOptions {
  readonly seed: number;
  /** Places and nodes of each host. */
  readonly hosts: readonly { readonly places: number; readonly nodes: number }[];
  readonly flaw: Flaw;
  /** Share of actions and commands that are late, lost, doubled; of looks that miss a host. */
  readonly noise: number;
  readonly settings?: Partial<PlanSettings>;
}

export interface Process {
  readonly host: Host;
  readonly place: string;
  readonly http: string;
  readonly id: NodeId;
  readonly version: string;
  state: 'booting' | 'serving' | 'leaving' | 'gone';
  sinceMs: number;
  /** When it becomes a member, and when it falls over by itself. */
  servesMs: number;
  diesMs: number;
  joinedAt: number;
}

export interface Host {
  readonly name: string;
  readonly places: Map<string, Process | null>;
  readonly prepared: Set<string>;
  readonly failures: Record<string, string>;
  /** What it last said of itself, and until when that is taken for new. */
  said: HostFacts | null;
  saidUntilMs: number;
  hiddenUntilMs: number;
}

interface Member {
  readonly process: Process;
  /** When gossip comes to see that it is gone. */
  forgottenMs: number;
}

export const releaseA: Release = { version: '0.2.0', digest: '', formatLevel: 2, artifact: '' };
export const releaseB: Release = {
  version: '0.3.0',
  digest: 'sha256:b',
  formatLevel: 3,
  artifact: 'file:///b',
};
export const tickMs = 50;
const lookMs = 250;

export class World {
  nowMs = 1_000_000;
  readonly random: Random;
  readonly machine = new RolloutMachine();
  readonly hosts: readonly Host[];
  readonly settings: PlanSettings;
  /** What was done, for who reads a failure. */
  readonly trace: string[] = [];
  /** When processes died that nobody had asked to. */
  readonly deaths: number[] = [];
  /** Actions carried out so far. */
  performed = 0;
  /** Told of each action before it is carried out. */
  onAction: (action: Action, by: Process) => void = () => {};
  #members: Member[] = [];
  #admitted = 0;
  #index = 0;
  #later: { readonly atMs: number; readonly run: () => void }[] = [];
  #leader: NodeId | null = null;
  #leaderSinceMs = 0;
  #voters: readonly NodeId[] = [];
  #heir: { readonly by: Process; readonly to: NodeId } | null = null;
  #usurperUntilMs = 0;

  constructor(readonly options: WorldOptions) {
    this.random = seededRandom(options.seed);
    this.settings = {
      canaries: 1,
      bakeMs: 3_000,
      requestsMin: 200,
      batchShare: 0.1,
      startTimeoutMs: 10_000,
      crashStarts: 3,
      crashWindowMs: 20_000,
      ...options.settings,
    };
    this.hosts = options.hosts.map(({ places }, at) => ({
      name: `host-${at + 1}`,
      places: new Map(Array.from({ length: places }, (_, place) => [`p${place + 1}`, null])),
      prepared: new Set<string>(),
      failures: {},
      said: null,
      saidUntilMs: 0,
      hiddenUntilMs: 0,
    }));
    options.hosts.forEach(({ nodes }, at) => {
      for (let place = 1; place <= nodes; place++) {
        this.boot(this.hosts[at] as Host, `p${place}`, releaseA.version);
      }
    });
    for (let at = 0; at < 60; at++) this.tick();
  }

  get size(): number {
    return this.options.hosts.reduce((sum, { nodes }) => sum + nodes, 0);
  }

  get noise(): number {
    return this.options.noise;
  }

  /** Nothing is late, lost or doubled from now on. */
  calm(): void {
    (this as { options: WorldOptions }).options = { ...this.options, noise: 0 };
  }

  processes(): Process[] {
    return this.hosts.flatMap(({ places }) => [...places.values()]).filter((one) => one !== null);
  }

  serving(): Process[] {
    return this.processes().filter(({ state }) => state === 'serving');
  }

  /** Members as gossip sees them, the Master first. */
  ranked(): Member[] {
    const { cohort } = this.machine.state;
    const rank = ({ process }: Member): number =>
      cohort !== null && cohort.version === process.version ? cohort.number : 0;
    return this.#members.toSorted(
      (a, b) => rank(b) - rank(a) || a.process.joinedAt - b.process.joinedAt,
    );
  }

  master(): Process | null {
    return this.ranked()[0]?.process ?? null;
  }

  voters(): readonly NodeId[] {
    return this.#voters;
  }

  begin(again = false): void {
    const master = this.master() as Process;
    this.propose({
      kind: 'begin',
      from: releaseA,
      release: releaseB,
      by: 'test',
      atMs: this.nowMs,
      size: this.serving().length,
      oldMaster: master.id,
      again,
    });
  }

  propose(command: RolloutCommand): void {
    this.#index++;
    this.machine.apply(this.#index, encodeRolloutCommand(command));
  }

  kill(process: Process): void {
    this.#say(`killed ${process.host.name}/${process.place} of ${process.version}`);
    this.deaths.push(this.nowMs);
    this.#end(process, this.#between(300, 2_000));
  }

  boot(host: Host, place: string, version: string): void {
    const { flaw } = this.options;
    const isNew = version === releaseB.version;
    const number = this.hosts.indexOf(host) * 100 + Number(place.slice(1));
    const never = Number.POSITIVE_INFINITY;
    const crashes: Partial<Record<Flaw, number>> = {
      'crashes-at-start': this.#between(50, 900),
      'crashes-later': this.#between(2_600, 3_300),
    };
    host.places.set(place, {
      host,
      place,
      http: `127.0.0.1:${8_000 + number}`,
      id: nodeId(number.toString(16).padStart(32, '0')),
      version,
      state: 'booting',
      sinceMs: this.nowMs,
      servesMs:
        isNew && flaw === 'hangs-at-start' ? never : this.nowMs + this.#between(1_000, 2_500),
      diesMs: this.nowMs + ((isNew ? crashes[flaw] : undefined) ?? never),
      joinedAt: 0,
    });
  }

  /** One more node believes for a while that it is Master. */
  usurp(forMs: number): void {
    this.#usurperUntilMs = this.nowMs + forMs;
  }

  tick(): void {
    this.nowMs += tickMs;
    const due = this.#later.filter(({ atMs }) => atMs <= this.nowMs);
    this.#later = this.#later.filter(({ atMs }) => atMs > this.nowMs);
    for (const { run } of due) run();
    for (const process of this.processes()) this.#live(process);
    this.#members = this.#members.filter(({ forgottenMs }) => forgottenMs > this.nowMs);
    this.#follow();
    if (this.nowMs % lookMs === 0) this.#look();
  }

  facts(self: Process, master: NodeId | null): Facts {
    const ranked = this.ranked();
    const members = ranked
      .map(({ process }, rank) => ({
        id: process.id,
        http: process.http,
        version: process.version,
        joinedAt: process.joinedAt,
        rank,
        isVoter: this.#voters.includes(process.id),
      }))
      .sort((a, b) => a.joinedAt - b.joinedAt);
    const alive = this.#voters.filter((id) => members.some((member) => member.id === id));
    const heir = this.#heir;
    return {
      nowMs: this.nowMs,
      self: self.id,
      master,
      leader: this.#leader,
      members,
      voters: this.#voters.length,
      votersAlive: alive.length,
      hosts: this.hosts.flatMap((host) => this.#hear(host)),
      comparison: this.#compare(),
      heirReady: heir?.by === self ? heir.to : null,
    };
  }

  #live(process: Process): void {
    const { nowMs } = this;
    if (nowMs >= process.diesMs) this.kill(process);
    else if (process.state === 'booting' && nowMs >= process.servesMs) {
      process.state = 'serving';
      process.sinceMs = nowMs;
      process.joinedAt = ++this.#admitted;
      const others = this.#members.filter((member) => member.process.id !== process.id);
      this.#members = [...others, { process, forgottenMs: Number.POSITIVE_INFINITY }];
    }
  }

  #end(process: Process, seenMs: number): void {
    process.state = 'gone';
    process.host.places.set(process.place, null);
    this.#forget(process, seenMs);
  }

  #forget(process: Process, afterMs: number): void {
    const member = this.#members.find((one) => one.process === process);
    if (member !== undefined) {
      member.forgottenMs = Math.min(member.forgottenMs, this.nowMs + afterMs);
    }
  }

  /** The leader follows the Master, and voters follow age and cohort, a little later. */
  #follow(): void {
    const ranked = this.ranked().map(({ process }) => process.id);
    const master = ranked[0] ?? null;
    if (this.#leader === master) this.#leaderSinceMs = this.nowMs;
    else if (this.nowMs - this.#leaderSinceMs > 500) {
      this.#leader = master;
      const count = ranked.length >= 7 ? 5 : ranked.length >= 3 ? 3 : 1;
      this.#voters = ranked.slice(0, count);
    }
    const isSettled = this.nowMs % 500 === 0 && this.#leader === master;
    if (!isSettled) return;
    const count = ranked.length >= 7 ? 5 : ranked.length >= 3 ? 3 : 1;
    this.#voters = ranked.slice(0, count);
  }

  #look(): void {
    const [first, second] = this.ranked().map(({ process }) => process);
    if (first !== undefined) this.#conduct(first);
    if (this.nowMs < this.#usurperUntilMs && second !== undefined) this.#conduct(second);
  }

  #conduct(self: Process): void {
    if (self.state === 'gone') return;
    for (const action of plan(this.machine.state, this.facts(self, self.id), this.settings)) {
      this.#send(() => this.#perform(action, self));
    }
  }

  #send(run: () => void): void {
    const isOdd = this.random.next() < this.noise;
    const odd = isOdd ? this.random.below(3) : -1;
    if (odd === 0) return;
    const late = odd === 1 ? 1_500 : 60;
    for (let copies = odd === 2 ? 2 : 1; copies > 0; copies--) {
      this.#later.push({ atMs: this.nowMs + this.#between(0, late), run });
    }
  }

  /** By a node that may be dead by now: what it sent is on its way all the same. */
  #perform(action: Action, by: Process): void {
    if (action.kind === 'command') {
      const before = this.machine.state;
      this.propose(action.command);
      if (this.machine.state === before) return;
      this.performed++;
      this.#say(`${by.http} ${describe(action)}`);
      this.onAction(action, by);
      return;
    }
    if (action.kind === 'hand-over') {
      const heir = this.processes().find(({ id }) => id === action.to);
      if (by.state !== 'gone' && heir?.state === 'serving') {
        this.#later.push({
          atMs: this.nowMs + 300,
          run: () => {
            this.#heir = { by, to: action.to };
          },
        });
      }
      this.performed++;
      this.onAction(action, by);
      return;
    }
    const host = this.hosts.find(({ name }) => name === action.host);
    if (host === undefined || !this.#isReachable(host)) return;
    this.performed++;
    this.#say(`${by.http} ${describe(action)}`);
    this.onAction(action, by);
    if (action.kind === 'prepare') this.#prepare(host, action.release);
    else if (action.kind === 'start') this.#start(host, action.place, action.version);
    else this.#stop(host, action);
  }

  #prepare(host: Host, { version }: Release): void {
    const fails = version === releaseB.version && this.options.flaw === 'cannot-be-prepared';
    const run = (): void => {
      if (fails) host.failures[version] = 'the digest is another';
      else host.prepared.add(version);
    };
    this.#later.push({ atMs: this.nowMs + 400, run });
  }

  #start(host: Host, place: string, version: string): void {
    if (host.places.get(place) === null && host.prepared.has(version)) {
      this.boot(host, place, version);
    }
  }

  #stop(host: Host, action: Extract<Action, { kind: 'stop' }>): void {
    const process = host.places.get(action.place);
    if (process?.version !== action.version) return;
    if (action.how === 'kill') {
      this.#end(process, 300);
      return;
    }
    if (process.state === 'leaving' || process.servesMs === Number.POSITIVE_INFINITY) return;
    process.state = 'leaving';
    process.sinceMs = this.nowMs;
    this.#forget(process, this.#between(50, 300));
    const exit = (): void => {
      if (process.state === 'leaving') this.#end(process, 0);
    };
    this.#later.push({ atMs: this.nowMs + this.#between(200, 2_500), run: exit });
  }

  #isReachable(host: Host): boolean {
    return [...host.places.values()].some((one) => one?.state === 'serving');
  }

  /** What a host says is up to half a second old, and sometimes it cannot be heard. */
  #hear(host: Host): readonly HostFacts[] {
    if (this.random.next() < this.noise / 5) {
      host.hiddenUntilMs = this.nowMs + this.#between(200, 3_000);
    }
    if (this.nowMs < host.hiddenUntilMs) return [];
    const node = [...host.places.values()].find((one) => one?.state === 'serving');
    if (node === undefined || node === null) return [];
    if (host.said === null || this.nowMs >= host.saidUntilMs) {
      host.saidUntilMs = this.nowMs + this.#between(0, 500);
      host.said = {
        host: host.name,
        node: node.id,
        places: [...host.places].map(([name, process]) => ({
          name,
          http: addressOf(this.hosts.indexOf(host), name),
          cluster: null,
          running: process === null ? null : { version: process.version },
        })),
        prepared: [...host.prepared],
        failures: { ...host.failures },
      };
    }
    return [host.said];
  }

  #compare(): Comparison | null {
    const { current } = this.machine.state;
    const { flaw } = this.options;
    if (current === null) return null;
    const passedMs = this.nowMs - current.stepBeganMs;
    const isLate = current.step === 'draining' || current.step === 'baking';
    if (current.step !== 'baking-canaries' && !isLate) return null;
    const bad = flaw === 'bad-figures' || (flaw === 'bad-figures-late' && isLate);
    const verdict = passedMs < 1_500 || flaw === 'few-requests' ? 'waiting' : bad ? 'bad' : 'good';
    const side = {
      nodes: 1,
      requests: 100,
      failures: 0,
      functionErrors: 0,
      medianMs: 1,
      p99Ms: 2,
      lagP99Ms: 1,
    };
    return { verdict, text: `looks ${verdict}`, windowMs: passedMs, old: side, new: side };
  }

  #between(from: number, to: number): number {
    return from + this.random.below(to - from);
  }

  #say(text: string): void {
    const step = this.machine.state.current?.step ?? '-';
    const line = `${((this.nowMs - 1_000_000) / 1_000).toFixed(2)} ${step}: ${text}`;
    if (this.trace.at(-1)?.slice(8) !== line.slice(8)) this.trace.push(line);
  }
}

export function addressOf(hostAt: number, place: string): string {
  return `127.0.0.1:${8_000 + hostAt * 100 + Number(place.slice(1))}`;
}

function describe(action: Action): string {
  if (action.kind === 'prepare') return `prepares ${action.release.version} on ${action.host}`;
  if (action.kind !== 'command') return JSON.stringify(action);
  const { command } = action;
  if (command.kind === 'advance') return `advances to ${command.to}: ${command.text}`;
  return `says ${JSON.stringify(command)}`;
}
