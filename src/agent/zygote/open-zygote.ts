/** Initialises a function once, and makes the zygote of the sandbox that has it. */
import { join } from 'node:path';
import type { Clock, DeadlineQueue } from '../../lib/index.js';
import type { Body, SandboxPaths } from '../body.js';
import type { SandboxGroup } from '../cgroup/types.js';
import { NoSnapshotError, SandboxInitError, type SandboxSpec, type Zygote } from '../driver.js';
import type { FramedSandbox } from '../framed-sandbox.js';
import { ForkLine } from './fork-line.js';
import { ForkedBody } from './forked-body.js';
import { FramedZygote } from './framed-zygote.js';
import { runtimePid } from './host-pid.js';
import { noSnapshotOf } from './no-snapshot.js';

/** A body whose runtime can fork others. */
export interface ForkingBody extends Body {
  /** Of its first process, as the host counts; null where there is none. */
  readonly pid: number | null;
  /** Who the sandbox is on the host; null where it is the node's own user. */
  readonly owner: number | null;
}

/** Makes the groups of one copy by its number. */
export type MakeCopyGroup = (name: string) => Promise<SandboxGroup>;

export interface ZygoteParts {
  readonly clock: Clock;
  readonly deadlines: DeadlineQueue;
  /** Null where there are no groups. */
  readonly makeGroup: MakeCopyGroup | null;
  /** The zygote's own sandbox, yet to boot, which tells `onCopyEnded`. */
  readonly makeSandbox: (onCopyEnded: (payload: Uint8Array) => string | null) => {
    readonly sandbox: FramedSandbox;
    readonly body: ForkingBody;
  };
  /** A sandbox below the zygote's own directory; see `Sandboxes`. */
  readonly makeCopy: (
    makeBody: (place: { readonly id: string; readonly number: number }) => Body,
  ) => FramedSandbox;
}

/** Rejects with NoSnapshotError, SandboxInitError or HearthError, and then nothing is left. */
export async function openZygote(spec: SandboxSpec, parts: ZygoteParts): Promise<Zygote> {
  const { clock, deadlines, makeCopy, makeGroup } = parts;
  const line = new ForkLine(clock);
  const { body, sandbox } = parts.makeSandbox((payload) => line.ended(payload));
  try {
    await sandbox.boot();
  } catch (error) {
    throw error instanceof SandboxInitError ? (noSnapshotOf(error) ?? error) : error;
  }
  const { owner, paths } = body;
  const parent = body.pid === null ? null : await runtimePid(body.pid);
  if (parent === null) {
    await sandbox.end();
    throw new NoSnapshotError(
      "This node's kernel does not tell which processes are whose children.",
    );
  }
  line.open(sandbox, parent);
  const makeForked = ({ id, number }: { readonly id: string; readonly number: number }) => {
    const name = String(number);
    const group = makeGroup === null ? null : () => makeGroup(name);
    const deps = { clock, deadlines, line, makeGroup: group };
    return new ForkedBody(deps, { id, owner, paths: pathsOfCopy(paths, name) });
  };
  return new FramedZygote({ spec, sandbox, line, makeCopy: () => makeCopy(makeForked) });
}

/**
 * `/tmp` itself is one for all copies of a zygote; what asks the system for a temporary file or the home
 * directory gets one of the copy's own within.
 */
function pathsOfCopy(paths: SandboxPaths, name: string): SandboxPaths {
  const socket = join(paths.socket, '..', name, 's');
  return { ...paths, socket, temporary: join(paths.temporary, name) };
}
