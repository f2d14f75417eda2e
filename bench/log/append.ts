/**
 * Durable appends per second on three voters, each a process with the real log, disk and transport;
 * the writers are in the leader's process. Beside it what one file gives that is appended to and
 * synced with everything that the same writers have.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Ask, Told } from './append-member.js';

const size = 3;
const ask: Ask = { writers: 64, bytes: 200, warmMs: 2000, runMs: 5000 };
const perSecondMin = 10_000;
const floorShareMin = 0.5;
const program = fileURLToPath(new URL('./append-member.js', import.meta.url));

/**
 * True: what is promised held in most of the rounds. `HEARTH_BENCH_PROFILE` names a directory for CPU
 * profiles.
 */
export async function printAppend(rounds: number): Promise<boolean> {
  const held: boolean[] = [];
  for (let round = 1; round <= rounds; round++) held.push(await printRound());
  const good = held.filter(Boolean).length;
  console.log(`held in ${good} of ${rounds} rounds`);
  return good * 2 > rounds;
}

async function printRound(): Promise<boolean> {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-bench-'));
  const members: ChildProcess[] = [];
  try {
    for (let number = 1; number <= size; number++) {
      const own = join(directory, String(number));
      await mkdir(own);
      members.push(await startMember(number, own));
    }
    const answers = await Promise.all(members.map(asked));
    const told = answers.find((answer) => answer !== null);
    if (told === undefined) throw new Error('no voter leads');
    const share = told.perSecond / told.floorPerSecond;
    console.log(
      `${told.perSecond.toFixed(0)} appends/s of ${ask.bytes} bytes, ${ask.writers} writers, ` +
        `${told.latencyMs.toFixed(1)} ms each; one file ${told.floorPerSecond.toFixed(0)}/s, ` +
        `share ${share.toFixed(2)}, load ${loadavg()[0]?.toFixed(1)}`,
    );
    return told.perSecond >= perSecondMin || share >= floorShareMin;
  } finally {
    await Promise.all(members.map(endMember));
    await rm(directory, { recursive: true, force: true });
  }
}

async function startMember(number: number, directory: string): Promise<ChildProcess> {
  const profile = process.env.HEARTH_BENCH_PROFILE;
  const execArgv = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const member = fork(program, [String(number), directory], { execArgv });
  await once(member, 'message');
  return member;
}

async function asked(member: ChildProcess): Promise<Told | null> {
  const failed = once(member, 'exit').then(() => Promise.reject(new Error('a voter has ended')));
  failed.catch(() => {});
  const answer = once(member, 'message');
  member.send(ask);
  const [told] = (await Promise.race([answer, failed])) as [Told | null];
  return told;
}

async function endMember(member: ChildProcess): Promise<void> {
  if (member.exitCode !== null) return;
  const gone = once(member, 'exit');
  member.disconnect();
  await gone;
}
