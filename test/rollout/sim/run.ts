/** A rollout in the model from begin to end, with faults, and what must hold at every action and in the end. */
import assert from 'node:assert/strict';
import type { Action, Rollout } from '../../../src/rollout/index.js';
import { type Host, type Process, releaseA, releaseB, tickMs, type World } from './world.js';

export interface Faults {
  /** Processes killed at random while it goes on. */
  readonly kills: number;
  /** Share of runs, decided by the seed, in which somebody aborts, pauses, and so on. */
  readonly isAborted: boolean;
  readonly isPaused: boolean;
  readonly usurpers: number;
  /** A host goes for good. */
  readonly losesHost: boolean;
  /** Called at every tick. */
  readonly onTick?: (world: World) => void;
}

export const noFaults: Faults = {
  kills: 0,
  isAborted: false,
  isPaused: false,
  usurpers: 0,
  losesHost: false,
};

/** Deaths that the Master may not know of yet. */
const unknownMs = 3_500;
const faultsMs = 40_000;
const endMs = 40 * 60_000;

/** Runs to the end of the rollout and looks at what is left. */
export function run(world: World, faults: Faults): Rollout {
  const watch = new Watch(world);
  world.begin();
  const beganMs = world.nowMs;
  const { random } = world;
  const killTimes = Array.from({ length: faults.kills }, () => beganMs + random.below(faultsMs));
  const usurpTimes = Array.from(
    { length: faults.usurpers },
    () => beganMs + random.below(faultsMs),
  );
  const abortMs = faults.isAborted ? beganMs + random.below(faultsMs) : Number.POSITIVE_INFINITY;
  const pauseMs = faults.isPaused ? beganMs + random.below(faultsMs) : Number.POSITIVE_INFINITY;
  const lossMs = faults.losesHost ? beganMs + random.below(faultsMs) : Number.POSITIVE_INFINITY;
  const resumeMs = pauseMs + 500 + random.below(8_000);
  const isDue = (atMs: number): boolean => atMs <= world.nowMs && atMs > world.nowMs - tickMs;
  while (world.machine.state.current !== null) {
    world.tick();
    const { current } = world.machine.state;
    if (world.nowMs - beganMs > faultsMs) world.calm();
    if (killTimes.some(isDue)) killOne(world);
    if (isDue(lossMs)) watch.loseHost();
    if (usurpTimes.some(isDue)) world.usurp(500 + random.below(4_000));
    if (current !== null) {
      const about = { revision: current.revision, atMs: world.nowMs, by: 'test' };
      if (isDue(abortMs)) world.propose({ kind: 'abort', ...about });
      else if (isDue(pauseMs)) world.propose({ kind: 'pause', ...about });
      else if (current.paused !== null && world.nowMs >= resumeMs) {
        world.propose({ kind: 'resume', ...about });
      }
    }
    watch.reviveHosts();
    faults.onTick?.(world);
    assert.ok(world.nowMs - beganMs < endMs, 'it has come to no end');
  }
  const [ended] = world.machine.state.past;
  assert.ok(ended !== undefined);
  watch.checkEnd(ended);
  return ended;
}

function killOne(world: World): void {
  const all = world.serving();
  const process = all[world.random.below(Math.max(1, all.length))];
  if (process !== undefined) world.kill(process);
}

class Watch {
  #lost: Host | undefined;

  constructor(private readonly world: World) {
    world.onAction = (action) => this.#check(action);
  }

  /** Where nobody on a host can act any more, an operator starts a node of the release that leads. */
  reviveHosts(): void {
    const { world } = this;
    const version = world.machine.state.cohort?.version ?? releaseA.version;
    for (const host of world.hosts) {
      if (host === this.#lost) continue;
      const all = [...host.places].filter(([, process]) => process !== null);
      if (all.some(([, process]) => Number.isFinite(process?.servesMs))) continue;
      const free = [...host.places.keys()].find((place) => host.places.get(place) === null);
      if (free !== undefined && world.random.next() < 0.005) world.boot(host, free, version);
    }
  }

  loseHost(): void {
    const { hosts, random } = this.world;
    this.#lost = hosts[random.below(hosts.length)];
    for (const process of this.#lost?.places.values() ?? []) {
      if (process !== null) this.world.kill(process);
    }
  }

  checkEnd(ended: Rollout): void {
    const { world } = this;
    const version = ended.step === 'finalised' ? releaseB.version : releaseA.version;
    const others = world.processes().filter((process) => process.version !== version);
    assert.deepEqual(
      others.map(({ http }) => http),
      [],
      `${ended.step}: all are of ${version}`,
    );
    const count = world.serving().length;
    assert.ok(count >= world.size - this.#unknownDeaths(), `${count} nodes in the end`);
    const { formatLevel, refused, cohort } = world.machine.state;
    assert.equal(formatLevel, ended.step === 'finalised' ? releaseB.formatLevel : 1);
    assert.equal(refused.length, ended.step === 'finalised' ? 0 : 1);
    if (cohort !== null) assert.equal(cohort.version, version, 'the release that is left leads');
    assert.ok(cohort === null || cohort.number <= 2, 'the lead moves there, and back once');
    if (ended.step === 'rolled-back') {
      world.begin();
      assert.equal(world.machine.state.current, null, 'it is not begun again by itself');
    }
  }

  #check(action: Action): void {
    const { world } = this;
    if (action.kind === 'start') this.#checkStart(action);
    if (action.kind !== 'stop') return;
    const host = world.hosts.find(({ name }) => name === action.host);
    const process = host?.places.get(action.place);
    if (process?.version !== action.version) return;
    if (action.how === 'kill') {
      assert.notEqual(process.state, 'serving', 'a member is not killed');
      return;
    }
    if (process.state === 'serving') this.#checkDrain(process);
  }

  #unknownDeaths(): number {
    const { deaths, nowMs } = this.world;
    return deaths.filter((atMs) => nowMs - atMs < unknownMs).length;
  }

  #checkStart({ host, place, version }: Extract<Action, { kind: 'start' }>): void {
    const { current, past } = this.world.machine.state;
    const starts = (current ?? past[0])?.starts ?? [];
    assert.ok(
      starts.some((note) => note.host === host && note.place === place && note.version === version),
      'a start was told before',
    );
  }

  #checkDrain(process: Process): void {
    const { world } = this;
    const rollout = world.machine.state.current ?? world.machine.state.past[0];
    assert.ok(rollout !== undefined);
    const unknown = this.#unknownDeaths();
    const left = world.serving().filter((one) => one !== process);
    assert.ok(left.length >= rollout.size - unknown, `${left.length} of ${rollout.size} are left`);
    const back = rollout.reason !== null;
    const wanted = back ? releaseA.version : releaseB.version;
    const turned = rollout.story.find(({ step }) => step.endsWith('back'))?.atMs ?? 0;
    // what was sent before somebody aborted comes a little later
    if (world.nowMs - turned < 2_000) return;
    assert.notEqual(process.version, wanted, 'only the other release is drained');
    const voters = world.voters();
    if (voters.includes(process.id)) {
      const alive = left.filter(({ id }) => voters.includes(id)).length;
      const majority = Math.floor(voters.length / 2) + 1;
      assert.ok(alive + unknown >= majority, `${alive} of ${voters.length} voters are left`);
    }
    assert.ok(
      unknown > 0 || left.some(({ host }) => host === process.host),
      'a host keeps a node that can act there',
    );
    const others = left.filter(
      ({ version, sinceMs }) => version === process.version && world.nowMs - sinceMs > unknownMs,
    );
    if (!back && process.id === rollout.oldMaster) {
      assert.equal(others.length, 0, 'the old Master goes last');
    }
    if (!back) assert.ok(rollout.step.startsWith('draining') || rollout.step === 'baking');
  }
}
