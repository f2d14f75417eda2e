/**
 * The node process of one place. Its data directory's lock tells who runs there; beside the directory stand
 * its log and two marks, by which several nodes of the host act as one: `.starting` names the process that was
 * started until it has the lock, `.drained` the one that was asked to leave, for a second SIGTERM means "at once".
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, realpath, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  type Clock,
  claimFile,
  errnoOf,
  type Logger,
  markRuns,
  processMark,
  readDataLock,
  replaceFile,
} from '../../lib/index.js';
import { HearthError, type PlaceConfig } from '../../types/index.js';
import { placeTaken } from './refusals.js';
import { packageVersion } from './release-directory.js';

export interface PlaceProcessDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly clearAfterCrash: (dataDirectory: string) => Promise<void>;
}

export interface RunningNode {
  readonly version: string;
  /** `PID START`; null while another node of the host is about to start it. */
  readonly mark: string | null;
}

/** What is to be run. */
export interface NodeCommand {
  readonly program: string;
  readonly words: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/** `node PID START VERSION`, and before it is started `claim PID START VERSION` of who starts it. */
const startingMark = /^(node|claim) (\d+ \d*) (\S+)$/;
const drainClaim = /^claim (\d+ \d*) for (\d+ \d*)$/;
/** A killed process is gone in milliseconds, unless the disk or the memory is in trouble. */
const deathTimeoutMs = 10_000;
const deathPollMs = 20;

export class PlaceProcess {
  readonly #data: string;
  readonly #starting: string;
  readonly #drained: string;

  constructor(
    private readonly deps: PlaceProcessDeps,
    readonly config: PlaceConfig,
  ) {
    this.#data = resolve(config.data);
    this.#starting = `${this.#data}.starting`;
    this.#drained = `${this.#data}.drained`;
  }

  get name(): string {
    return this.config.name;
  }

  async running(): Promise<RunningNode | null> {
    const holder = await readDataLock(this.#data);
    if (holder?.version != null) return { mark: holder.mark, version: holder.version };
    const started = await this.#started();
    if (holder === null) return started;
    const { mark, pid } = holder;
    if (started?.mark === mark) return started;
    return { mark, version: (await versionOfProcess(pid)) ?? 'unknown' };
  }

  /** Nothing where that version runs; `place-taken` where another does. Does not wait until the node is ready. */
  async start(version: string, command: () => Promise<NodeCommand>): Promise<void> {
    const present = await this.running();
    if (present?.version === version) return;
    if (present !== null) throw placeTaken(this.name, present.version, version);
    const what = await command();
    await mkdir(dirname(this.#data), { recursive: true });
    const claim = `claim ${await processMark(process.pid)} ${version}`;
    const other = await claimFile(this.#starting, claim, async (text) => {
      const [, , mark = ''] = startingMark.exec(text) ?? [];
      return markRuns(mark);
    });
    if (other !== null) {
      const [, , , started = 'unknown'] = startingMark.exec(other) ?? [];
      if (started === version) return;
      throw placeTaken(this.name, started, version);
    }
    let mark: string | null = null;
    try {
      mark = await this.#spawn(version, what);
    } finally {
      // a node that has ended at once leaves the place free
      if (mark === null) await rm(this.#starting, { force: true });
      else await replaceFile(this.#starting, `node ${mark} ${version}`);
    }
  }

  /** Asks the node to leave and finish; once. Does not wait. */
  async drain(): Promise<void> {
    const mark = (await this.running())?.mark ?? null;
    if (mark === null) return;
    const claim = `claim ${await processMark(process.pid)} for ${mark}`;
    const other = await claimFile(this.#drained, claim, async (text) => {
      const [, claimer = '', of = ''] = drainClaim.exec(text) ?? [];
      return text === mark || (of === mark && (await markRuns(claimer)));
    });
    if (other !== null) return;
    await this.#signal(mark, 'SIGTERM');
    await replaceFile(this.#drained, mark);
  }

  /** Ends the node now, and what its sandboxes left. Resolves when it is gone. */
  async kill(): Promise<void> {
    const mark = (await this.running())?.mark ?? null;
    if (mark === null) return;
    await this.#signal(mark, 'SIGKILL');
    const { clock, logger } = this.deps;
    for (const deadlineMs = clock.nowMs() + deathTimeoutMs; await markRuns(mark); ) {
      if (clock.nowMs() > deadlineMs) {
        throw new HearthError(
          'internal',
          `The node in the place ${this.name} (process id ${mark.split(' ')[0]}) does not end though it was ` +
            "killed; look at that process and at this host's disks.",
        );
      }
      await new Promise<void>((done) => clock.after(deathPollMs, done));
    }
    await this.deps.clearAfterCrash(this.#data).catch((error: unknown) => {
      // the next node in this place clears it away
      logger.warn({ place: this.name, error }, 'leftovers of a killed node remain');
    });
  }

  async #started(): Promise<RunningNode | null> {
    const text = await readFile(this.#starting, 'utf8').catch(() => '');
    const [, kind, mark = '', version = ''] = startingMark.exec(text) ?? [];
    if (!(await markRuns(mark))) return null;
    return { version, mark: kind === 'node' ? mark : null };
  }

  /** `PID START` of the new node; null where it has ended already. */
  async #spawn(version: string, what: NodeCommand): Promise<string | null> {
    const place = this.name;
    const log = openSync(`${this.#data}.log`, 'a', 0o600);
    try {
      const child = spawn(what.program, what.words, {
        detached: true,
        stdio: ['ignore', log, log],
        env: what.environment,
      });
      await once(child, 'spawn');
      child.unref();
      const { pid = 0 } = child;
      const { logger } = this.deps;
      child.on('error', (error) => logger.warn({ place, pid, error }, 'a started node fails'));
      child.once('exit', (code, signal) => {
        logger.info({ place, pid, version, code, signal }, 'a started node has ended');
      });
      logger.info({ place, pid, version }, 'a node is started');
      return await processMark(pid);
    } catch (error) {
      throw new HearthError(
        'internal',
        `Release ${version} could not be started in the place ${place}: ${(error as Error).message}; see that ` +
          `${what.program} can be run here.`,
      );
    } finally {
      closeSync(log);
    }
  }

  async #signal(mark: string, signal: NodeJS.Signals): Promise<void> {
    if (!(await markRuns(mark))) return;
    const pid = Number(mark.split(' ')[0]);
    try {
      process.kill(pid, signal);
      this.deps.logger.info({ place: this.name, pid, signal }, 'a node is told to end');
    } catch (error) {
      if (errnoOf(error) === 'ESRCH') return;
      throw new HearthError(
        'internal',
        `The node in the place ${this.name} (process id ${pid}) could not be sent ${signal}: ` +
          `${(error as Error).message}; see that all nodes of this host run as one user.`,
      );
    }
  }
}

/** Of a node that does not tell it: by the package of the program that it runs. */
async function versionOfProcess(pid: number): Promise<string | null> {
  const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const directory = await realpath(`/proc/${pid}/cwd`).catch(() => '/');
  const program = words.split('\0').find((word) => word.endsWith('/hearth'));
  if (program === undefined) return null;
  const path = await realpath(resolve(directory, program)).catch(() => null);
  return path && packageVersion(join(dirname(path), '..'));
}
