/**
 * How long no write is acknowledged when the leader of three nodes is killed, or hands over:
 * clients write all the time through the two others, and the gap is the longest time between two
 * acknowledgements around the signal. The node that was ended comes back, as the youngest, before
 * the next turn.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { quantile } from '../harness/quantiles.js';
import { leaderOf, Member } from './member.js';
import { smallZip } from './small-zip.js';

const size = 3;
const writersPerNode = 4;
const restMs = 700;
/** How long after the signal the gap may be. */
const windowMs = 3000;
const functions = '/2015-03-31/functions';

/** Times of acknowledgements, milliseconds, rising. */
class Acknowledgements {
  #times: number[] = [];
  #stopping = false;
  failures = 0;

  /** Begins anew. */
  clear(): void {
    this.#times = [];
  }

  stop(): void {
    this.#stopping = true;
  }

  async write(member: Member, name: string): Promise<void> {
    for (let i = 0; !this.#stopping; i++) {
      const path = `${functions}/${name}/configuration`;
      const told = await member.ask('PUT', path, { Description: String(i) }).catch(() => null);
      if (told?.status === 200) this.#times.push(performance.now());
      else this.failures++;
    }
  }

  /** The longest time without one that reaches beyond `fromMs`. */
  longestGapMs(fromMs: number, toMs: number): number {
    const first = this.#times.findLastIndex((atMs) => atMs <= fromMs);
    const times = [...this.#times.slice(Math.max(first, 0)), toMs].sort((a, b) => a - b);
    return Math.max(...times.slice(1).map((atMs, i) => atMs - (times[i] ?? 0)));
  }

  perSecond(fromMs: number, toMs: number): number {
    const during = this.#times.filter((atMs) => atMs >= fromMs && atMs <= toMs);
    return (during.length * 1000) / (toMs - fromMs);
  }
}

/** True: what is promised held. */
export async function printGap(how: 'SIGKILL' | 'SIGTERM', turns: number): Promise<boolean> {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-bench-'));
  const members = Array.from({ length: size }, (_, i) => new Member(directory, i + 1));
  const gaps: number[] = [];
  try {
    for (const member of members) await member.start();
    for (const member of members) await member.settled(size);
    const [first] = members;
    for (const { number } of members) await create(first, `f${number}`);
    for (let turn = 1; turn <= turns; turn++) {
      await delay(restMs);
      const { gapMs, perSecond, failures } = await measure(members, how);
      gaps.push(gapMs);
      console.log(
        `${turn}: ${gapMs.toFixed(0)} ms without a write, ${perSecond.toFixed(0)} writes/s before, ` +
          `${failures} failed, load ${loadavg()[0]?.toFixed(1)}`,
      );
    }
  } finally {
    await Promise.all(members.map((member) => member.close()));
    await rm(directory, { recursive: true, force: true });
  }
  return verdict(how, gaps);
}

async function measure(members: readonly Member[], how: 'SIGKILL' | 'SIGTERM') {
  const leader = await leaderOf(members);
  const others = members.filter((member) => member !== leader);
  const written = new Acknowledgements();
  const working = others.flatMap((member) =>
    Array.from({ length: writersPerNode }, () => written.write(member, `f${member.number}`)),
  );
  await delay(restMs);
  const signalMs = performance.now();
  const ended = leader.end(how);
  await delay(windowMs);
  const endMs = performance.now();
  written.stop();
  await Promise.all([...working, ended]);
  await leader.start();
  for (const member of members) await member.settled(size);
  return {
    gapMs: written.longestGapMs(signalMs, endMs),
    perSecond: written.perSecond(signalMs - restMs, signalMs),
    failures: written.failures,
  };
}

function verdict(how: 'SIGKILL' | 'SIGTERM', gaps: readonly number[]): boolean {
  const [p50, p99, max] = [0.5, 0.99, 1].map((share) => quantile(gaps, share));
  const told = [p50, p99, max].map((ms) => ms?.toFixed(0)).join(' / ');
  const aims = how === 'SIGKILL' ? [300, 700] : [100, 100];
  const held = (p50 ?? Infinity) < (aims[0] ?? 0) && (p99 ?? Infinity) <= (aims[1] ?? 0);
  console.log(
    `${how} of the leader, ${gaps.length} times: gap p50 / p99 / max ${told} ms ` +
      `(aim ${aims.join(' / ')}): ${held ? 'held' : 'NOT held'}`,
  );
  return held;
}

async function create(member: Member | undefined, name: string): Promise<void> {
  const told = await member?.ask('POST', functions, {
    FunctionName: name,
    Runtime: 'nodejs20.x',
    Handler: 'index.handler',
    Role: 'arn:aws:iam::123456789012:role/any',
    Code: { ZipFile: (await smallZip()).toString('base64') },
  });
  if (told?.status !== 201) throw new Error(`no function: ${JSON.stringify(told)}`);
}
