/** Looks at a rollout from outside, as anybody may: its steps as they come, and who is there. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Rollout, RolloutPage, Step } from '../../src/rollout/index.js';
import { monotonicMs } from '../chaos/records.js';
import { alive, type ClusterPage, type Field } from './field.js';
import type { Killed, StepSeen } from './records.js';

/** Each look asks a node for two pages, which is load as well. */
const lookEveryMs = 400;
const lookToKillEveryMs = 100;
/** While the next step is one of a moment. */
const lookForHandoverEveryMs = 15;
/** After a kill, members are still counted as alive until gossip has found out, and the next one starts. */
const killedWindowMs = 20_000;
/** Of five nodes three vote: one that is dead for longer than this has given its vote to another. */
const voteGivenMs = 13_000;
/** One that is back votes again after this. */
const voteSettledMs = 4000;

export interface Watched {
  readonly steps: readonly StepSeen[];
  readonly kills: readonly Killed[];
  readonly aliveMin: number;
  /** As it ended; null where it did not in time. */
  readonly rollout: Rollout | null;
}

export interface WatchOptions {
  readonly version: string;
  readonly timeoutMs: number;
  /** Steps at which the Master of the moment is killed, where the cluster has got over the death before. */
  readonly kills?: readonly Step[];
  say(line: string): void;
}

/** Resolves when the rollout to this version has ended, or time is up. */
export async function watchRollout(field: Field, options: WatchOptions): Promise<Watched> {
  const watching = new Watching(field, options);
  const untilMs = monotonicMs() + options.timeoutMs;
  while (monotonicMs() < untilMs) {
    if (await watching.look()) break;
    await delay(watching.restMs);
  }
  return watching.watched();
}

class Watching {
  readonly #beganMs = monotonicMs();
  readonly #steps: StepSeen[] = [];
  readonly #kills: Killed[] = [];
  #aliveMin = Number.POSITIVE_INFINITY;
  #rollout: Rollout | null = null;
  #revision = 0;

  constructor(
    private readonly field: Field,
    private readonly options: WatchOptions,
  ) {}

  get restMs(): number {
    const { kills = [] } = this.options;
    if (kills.length === 0) return lookEveryMs;
    const isClose = this.#steps.at(-1)?.step === 'baking-canaries';
    return isClose && kills.includes('handing-over') ? lookForHandoverEveryMs : lookToKillEveryMs;
  }

  /** True when it is over. */
  async look(): Promise<boolean> {
    const [page, cluster] = await Promise.all([this.field.rollout(), this.field.cluster()]);
    if (page === null || cluster === null) return false;
    this.#count(cluster);
    this.#noteMaster(cluster);
    const rollout = this.#newest(page);
    if (rollout === null) return false;
    const { step, revision, endedMs } = rollout;
    // a node that was replaced meanwhile may know less than the one before
    if (revision < this.#revision) return false;
    this.#revision = revision;
    if (this.#steps.at(-1)?.step !== step) this.#note(rollout, page, cluster);
    if (endedMs === null) {
      this.#kill(rollout, cluster);
      return false;
    }
    this.#rollout = rollout;
    return true;
  }

  watched(): Watched {
    return {
      steps: this.#steps,
      kills: this.#kills,
      aliveMin: this.#aliveMin,
      rollout: this.#rollout,
    };
  }

  #newest({ current, past }: RolloutPage): Rollout | null {
    return [current, ...past].find((one) => one?.release.version === this.options.version) ?? null;
  }

  #note({ step, story }: Rollout, page: RolloutPage, cluster: ClusterPage): void {
    const counts = new Map<string, number>();
    for (const { version } of page.nodes) counts.set(version, (counts.get(version) ?? 0) + 1);
    const nodes = [...counts].map(([version, count]) => `${version}: ${count}`).join(', ');
    const master = masterOf(cluster);
    const text = master === null ? 'none' : `${master.http} (${master.release})`;
    this.#steps.push({ step, atMs: monotonicMs(), master: text, nodes });
    this.#say(`${step} · Master ${text} · ${nodes} · ${story.at(-1)?.text ?? ''}`);
  }

  #count(cluster: ClusterPage): void {
    const lastKill = this.#kills.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY;
    if (monotonicMs() - lastKill < killedWindowMs) return;
    this.#aliveMin = Math.min(this.#aliveMin, alive(cluster).length);
  }

  #noteMaster(cluster: ClusterPage): void {
    const last = this.#kills.at(-1);
    const master = masterOf(cluster);
    if (last === undefined || last.nextAfterMs !== null || master === null) return;
    if (!cluster.quorum || master.id === last.node) return;
    const nextAfterMs = monotonicMs() - last.atMs;
    this.#kills[this.#kills.length - 1] = { ...last, nextAfterMs };
    this.#say(`next Master ${master.http} (${master.release}) after ${Math.round(nextAfterMs)} ms`);
  }

  #kill({ step }: Rollout, cluster: ClusterPage): void {
    const master = masterOf(cluster);
    if (this.options.kills?.includes(step) !== true || master === null) return;
    if (this.#kills.some((kill) => kill.step === step) || !this.#hasRecovered(cluster)) return;
    if (!this.field.kill(master.http)) return;
    const { http, id: node, release: version } = master;
    this.#kills.push({ step, atMs: monotonicMs(), http, node, version, nextAfterMs: null });
    this.#say(`killed the Master ${http} (${version}) in ${step}`);
  }

  /** Two voters of three dead at once stop the log for as long as they are: that is no rollout's to bear. */
  #hasRecovered(cluster: ClusterPage): boolean {
    const last = this.#kills.at(-1);
    if (last === undefined) return true;
    const isThere = alive(cluster).some(({ http }) => http === last.http);
    const agoMs = monotonicMs() - last.atMs;
    return (
      cluster.quorum &&
      last.nextAfterMs !== null &&
      (agoMs > voteGivenMs || (isThere && agoMs > voteSettledMs))
    );
  }

  #say(line: string): void {
    this.options.say(`${((monotonicMs() - this.#beganMs) / 1000).toFixed(1)} s  ${line}`);
  }
}

function masterOf({ master, nodes }: ClusterPage) {
  return nodes.find(({ id }) => id === master) ?? null;
}
