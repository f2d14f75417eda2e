/**
 * A Docker daemon of a test's own: with its own socket, data and containerd, and without networks or in a
 * network namespace of its own, so that it neither meets nor needs another one on this machine. It leaves
 * nothing behind.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';

const startTimeoutMs = 30_000;
const stopTimeoutMs = 20_000;
const path = `${process.env.PATH}:/usr/sbin:/sbin`;

/** Why there can be none on this machine, for tests to be skipped by; false where there can. */
export function noDockerDaemon(): string | false {
  if (process.platform !== 'linux') return 'not Linux';
  if (process.getuid?.() !== 0) return 'not root';
  try {
    execFileSync('dockerd', ['--version'], {
      env: { ...process.env, PATH: path },
      stdio: 'ignore',
    });
    return false;
  } catch {
    return 'no dockerd';
  }
}

export class DockerTestDaemon {
  readonly directory = mkdtempSync(join(tmpdir(), 'hearth-dockerd-'));
  readonly socketPath = join(this.directory, 's');
  #process: ChildProcess | null = null;

  constructor(private readonly network: 'none' | 'own' = 'none') {}

  /** Resolves when it answers. Again after `stop` or `kill`: on the same data. */
  async start(): Promise<void> {
    const { directory } = this;
    const args = [
      ...['--data-root', join(directory, 'data'), '--exec-root', join(directory, 'exec')],
      ...['-H', `unix://${this.socketPath}`, '--pidfile', join(directory, 'pid')],
      ...['--cgroup-parent', `/${basename(directory)}`],
    ];
    const without = ['dockerd', '--iptables=false', '--bridge=none'];
    const [program = '', ...first] =
      this.network === 'none' ? without : ['unshare', '--net', 'dockerd'];
    const daemon = spawn(program, [...first, ...args], {
      env: { ...process.env, PATH: path },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = daemon;
    const lines: string[] = [];
    const ready = new Promise<void>((resolve, reject) => {
      createInterface({ input: daemon.stderr }).on('line', (line) => {
        lines.push(line);
        if (line.includes('API listen on')) resolve();
      });
      daemon.once('exit', () =>
        reject(new Error(`dockerd ended:\n${lines.slice(-20).join('\n')}`)),
      );
      setTimeout(
        () => reject(new Error(`dockerd is late:\n${lines.join('\n')}`)),
        startTimeoutMs,
      ).unref();
    });
    await ready;
  }

  /** Of the daemon; its network namespace is its own where that was asked for. */
  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** As an operator would: it ends its containers. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** As a crash would: containers go on. */
  async kill(): Promise<void> {
    const containerd = join(this.directory, 'exec', 'containerd', 'containerd.pid');
    const pid = Number(readFileSync(containerd, 'utf8'));
    await this.#end('SIGKILL');
    // its child dies with it, but where nobody reaps that at once the next daemon would wait for it
    endProcess(pid);
    rmSync(containerd);
  }

  /** Stops it and removes all that it made. */
  async remove(): Promise<void> {
    await this.stop();
    // what keeps containers alive without a daemon
    for (const pid of processesNaming(this.directory)) endProcess(pid);
    for (const mount of mountsBelow(this.directory)) execFileSync('umount', ['-l', mount]);
    rmSync(this.directory, { recursive: true, force: true });
    for (const mount of cgroupMounts()) {
      try {
        rmdirSync(join(mount, basename(this.directory)));
      } catch {
        // not in this hierarchy
      }
    }
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const daemon = this.#process;
    this.#process = null;
    if (daemon === null || daemon.exitCode !== null || daemon.signalCode !== null) return;
    const killed = setTimeout(() => daemon.kill('SIGKILL'), stopTimeoutMs);
    daemon.kill(signal);
    await once(daemon, 'exit');
    clearTimeout(killed);
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone
  }
}

/** By their command lines. */
function processesNaming(text: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      if (!Number.isInteger(pid) || pid === process.pid) return false;
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(text);
      } catch {
        return false;
      }
    });
}

function mountsBelow(directory: string): string[] {
  return mountLines()
    .map((line) => line.split(' ')[4] ?? '')
    .filter((mount) => mount.startsWith(`${directory}/`))
    .reverse();
}

function cgroupMounts(): string[] {
  return mountLines()
    .filter((line) => / - cgroup2? /.test(line))
    .map((line) => line.split(' ')[4] ?? '');
}

function mountLines(): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
}
