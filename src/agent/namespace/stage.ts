/**
 * Where a sandbox's user finds what bubblewrap binds. A node that is root keeps its data where nobody else can
 * enter, and bubblewrap, which is then somebody else, could not name it. So root prepares a mount namespace
 * that only bubblewrap is started in: a small directory, in which the closed directories of the host are
 * bound where anyone can enter. The host's own mounts never change, and the namespace ends with the last
 * process in it: there is nothing to clear away.
 *
 * Directories are bound by their parents where those let others in: they are few, and nobody removes them.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, mkdir, open, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { RootTools } from './tools.js';

const commandTimeoutMs = 10_000;
const boundMax = 64;
const openMax = 64;
const othersEnter = 0o001;
/** Waits until its standard input ends; by then its namespace is held open. */
const prepare =
  'mount -t tmpfs -o mode=755,size=1M hearth "$1" && mkdir "$1/cells" "$1/code" && ' +
  'echo ready && read -r _; exit 0';
const bind = 'if [ -d "$1" ]; then mkdir "$2"; else : >"$2"; fi && mount --bind -- "$1" "$2"';

export class Stage {
  readonly #bound = new Map<string, Promise<string>>();
  /** Directories that anyone can enter by their own paths. */
  readonly #open = new Set<string>();
  #places = 0;

  private constructor(
    private readonly tools: RootTools,
    readonly directory: string,
    private readonly namespace: FileHandle,
  ) {}

  /** Makes the namespace. Rejects with an Error that says why it cannot be. */
  static async open(tools: RootTools, runtimeDir: string): Promise<Stage> {
    const directory = join(runtimeDir, 'stage');
    await mkdir(directory, { mode: 0o755 });
    const closed = await closedAncestor(directory);
    if (closed !== null) {
      throw new Error(
        `${closed} cannot be entered by other users, and sandboxes are other users; ` +
          'set TMPDIR to a directory that everybody can enter, such as /tmp',
      );
    }
    const args = ['--mount', '--propagation', 'slave', '/bin/sh', '-c', prepare, 'sh', directory];
    const holder = spawn(tools.unshare, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: commandTimeoutMs,
      killSignal: 'SIGKILL',
    });
    holder.stdin.on('error', () => undefined);
    const ended = once(holder, 'close');
    let complaint = '';
    holder.stderr.on('data', (text: Buffer) => {
      complaint += text;
    });
    const ready = await Promise.race([once(holder.stdout, 'data'), ended.then(() => null)]);
    if (ready === null) throw new Error(`unshare --mount failed: ${complaint.trim()}`);
    const namespace = await open(`/proc/${holder.pid}/ns/mnt`, 'r');
    holder.stdin.end();
    await ended;
    return new Stage(tools, directory, namespace);
  }

  /** Put before a command that shall see the stage. It keeps the pid and inherits no descriptor of it. */
  get prefix(): readonly string[] {
    return [this.tools.nsenter, `--mount=/proc/${process.pid}/fd/${this.namespace.fd}`, '--'];
  }

  /** A path on the stage for one of the host's that everybody can enter, if its last part lets them. */
  async reach(path: string): Promise<string> {
    const parent = dirname(path);
    if (this.#open.has(parent)) return path;
    if ((await closedAncestor(path)) === null) {
      if (this.#open.size >= openMax) this.#open.clear();
      this.#open.add(parent);
      return path;
    }
    if (await isClosed(parent)) return this.#place(path);
    return join(await this.#place(parent), basename(path));
  }

  async close(): Promise<void> {
    await this.namespace.close();
  }

  /** Where a directory or file is bound. Once made it stays. */
  #place(path: string): Promise<string> {
    let bound = this.#bound.get(path);
    if (bound === undefined) {
      if (this.#bound.size >= boundMax) {
        return Promise.reject(new Error(`code lies in more than ${boundMax} closed directories`));
      }
      bound = this.#bind(path, join(this.directory, String(this.#places++)));
      this.#bound.set(path, bound);
      bound.catch(() => this.#bound.delete(path));
    }
    return bound;
  }

  #bind(path: string, place: string): Promise<string> {
    const [program = '', ...args] = [...this.prefix, '/bin/sh', '-c', bind, 'sh', path, place];
    return new Promise((resolve, reject) => {
      execFile(program, args, { timeout: commandTimeoutMs }, (error, _stdout, stderr) => {
        if (error === null) resolve(place);
        else reject(new Error(`${path} could not be bound: ${stderr.trim() || error.message}`));
      });
    });
  }
}

/** The first directory above it that others cannot enter, or null. */
async function closedAncestor(path: string): Promise<string | null> {
  for (let at = dirname(path); ; at = dirname(at)) {
    if (await isClosed(at)) return at;
    if (at === dirname(at)) return null;
  }
}

async function isClosed(directory: string): Promise<boolean> {
  return ((await stat(directory)).mode & othersEnter) === 0;
}
