/**
 * What is said between a zygote and its node: one order for a copy after another, and the ends of copies as they
 * come. The zygote runs the function's code, so nothing that it says is taken for more than it is: it speaks
 * of its own children alone, and with a wrong word it ends them and itself.
 */
import { constants } from 'node:os';
import type { Clock } from '../../lib/index.js';
import { limits } from '../../types/index.js';
import type { CopyBegun, CopyEnded, CopyOrder, ProcessExit } from '../../wire/index.js';
import type { SandboxCall, SandboxResult } from '../driver.js';
import { childPid } from './host-pid.js';

/** The zygote as the line needs it. */
export interface ForkingSandbox {
  readonly alive: boolean;
  invoke(call: SandboxCall): Promise<SandboxResult>;
}

/** A process that the zygote has forked. */
export interface ForkedProcess {
  /** As the host counts. */
  readonly pid: number;
}

interface Child {
  readonly onExit: (exit: ProcessExit) => void;
  hostPid: number | null;
}

/** A matter of milliseconds, but user code can run meanwhile, and all copies end with a zygote that is stuck. */
const forkTimeoutS = limits.initTimeoutMs / 1000;

export class ForkLine {
  /** By the number that the zygote calls it. */
  readonly #children = new Map<number, Child>();
  /** Told before the order for it was answered for everybody to see: one at most, for one is made at a time. */
  #early: CopyEnded | null = null;
  #sandbox: ForkingSandbox | null = null;
  #parentPid = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly clock: Clock) {}

  /** From now on orders can be given. `parentPid` is the zygote's, as the host counts. */
  open(sandbox: ForkingSandbox, parentPid: number): void {
    this.#sandbox = sandbox;
    this.#parentPid = parentPid;
  }

  /**
   * Resolves with a new process, or rejects with an Error that says why there is none. As many wait here as there
   * are copies on their way, which the zygote bounds. `onExit` is called once, perhaps before.
   */
  fork(order: CopyOrder, onExit: (exit: ProcessExit) => void): Promise<ForkedProcess> {
    const forked = this.#last.then(() => this.#fork(order, onExit));
    this.#last = forked.catch(() => undefined);
    return forked;
  }

  /** A `copyEnded` frame has come. Says why it is a breach of the protocol, or null. */
  ended(payload: Uint8Array): string | null {
    const ended = copyEndedOf(payload);
    if (ended === null) return 'news of a copy that make no sense';
    const child = this.#children.get(ended.pid);
    if (child !== undefined) {
      this.#children.delete(ended.pid);
      child.onExit(exitOf(ended));
      return null;
    }
    if (this.#early !== null) return 'news of copies that it does not have';
    this.#early = ended;
    return null;
  }

  /** The zygote has ended, and its copies with it. */
  close(): void {
    const children = [...this.#children.values()];
    this.#children.clear();
    for (const child of children) child.onExit({ code: null, signal: 'SIGKILL' });
  }

  async #fork(order: CopyOrder, onExit: (exit: ProcessExit) => void): Promise<ForkedProcess> {
    this.#early = null;
    const sandbox = this.#sandbox;
    if (!sandbox?.alive) throw new Error('its zygote has ended');
    const pid = pidOf(await sandbox.invoke(this.#callOf(order)));
    if (this.#children.has(pid)) throw new Error('its zygote counts a copy twice');
    const child: Child = { onExit, hostPid: null };
    const early = this.#early as CopyEnded | null;
    this.#early = null;
    if (early?.pid === pid) {
      onExit(exitOf(early));
      throw new Error('it ended at once');
    }
    if (!sandbox.alive) throw new Error('its zygote has ended');
    this.#children.set(pid, child);
    const known = [...this.#children.values()];
    child.hostPid = await childPid(this.#parentPid, pid, (hostPid) =>
      known.some((each) => each.hostPid === hostPid),
    );
    if (child.hostPid === null) throw new Error('it ended at once');
    return { pid: child.hostPid };
  }

  #callOf(order: CopyOrder): SandboxCall {
    return {
      deadlineWallMs: this.clock.machineWallMs() + limits.initTimeoutMs,
      timeoutS: forkTimeoutS,
      requestId: '',
      functionArn: '',
      traceId: '',
      clientContext: '',
      payload: Buffer.from(JSON.stringify(order)),
    };
  }
}

function pidOf({ functionError, payload }: SandboxResult): number {
  const answer = Buffer.from(payload).toString();
  if (functionError) throw new Error(`its zygote made no copy: ${answer}`);
  const pid = (JSON.parse(answer) as Partial<CopyBegun> | null)?.pid;
  if (!Number.isSafeInteger(pid)) throw new Error('its zygote did not say which process it is');
  return Number(pid);
}

function copyEndedOf(payload: Uint8Array): CopyEnded | null {
  try {
    const ended = JSON.parse(Buffer.from(payload).toString()) as Partial<CopyEnded> | null;
    if (!Number.isSafeInteger(ended?.pid)) return null;
    const { pid, code = null, signal = null } = ended as CopyEnded;
    return { pid, code, signal };
  } catch {
    return null;
  }
}

function exitOf({ code, signal }: CopyEnded): ProcessExit {
  if (signal === null) return { code, signal: null };
  const found = Object.entries(constants.signals).find(([, number]) => number === signal);
  return { code: null, signal: found?.[0] ?? `signal ${signal}` };
}
