/** A Docker daemon of the benchmark's own, with its own socket and data and no networks, removed afterwards. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';

const path = `${process.env.PATH}:/usr/sbin:/sbin`;

/** Null where there can be none on this machine. */
export async function startDockerDaemon(): Promise<DockerDaemonProcess | null> {
  if (process.getuid?.() !== 0) return null;
  const directory = mkdtempSync(join(tmpdir(), 'hearth-dockerd-'));
  const socketPath = join(directory, 's');
  const args = [
    ...['--data-root', join(directory, 'data'), '--exec-root', join(directory, 'exec')],
    ...['-H', `unix://${socketPath}`, '--pidfile', join(directory, 'pid')],
    ...['--iptables=false', '--bridge=none', '--cgroup-parent', `/${basename(directory)}`],
  ];
  const daemon = spawn('dockerd', args, {
    env: { ...process.env, PATH: path },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const answers = await new Promise<boolean>((resolve) => {
    daemon.once('error', () => resolve(false));
    daemon.once('exit', () => resolve(false));
    createInterface({ input: daemon.stderr }).on('line', (line) => {
      if (line.includes('API listen on')) resolve(true);
    });
  });
  const running = new DockerDaemonProcess(daemon, directory, socketPath);
  if (answers) return running;
  await running.remove();
  return null;
}

export class DockerDaemonProcess {
  constructor(
    private readonly daemon: ChildProcess,
    private readonly directory: string,
    readonly socketPath: string,
  ) {}

  /** What the command line says. */
  docker(...args: readonly string[]): string {
    return this.dockerWithInput('', ...args);
  }

  /** The same of a command that reads its standard input. */
  dockerWithInput(input: string, ...args: readonly string[]): string {
    return execFileSync('docker', ['-H', `unix://${this.socketPath}`, ...args], {
      input,
      encoding: 'utf8',
      env: { ...process.env, PATH: path },
    }).trim();
  }

  async remove(): Promise<void> {
    const { daemon, directory } = this;
    if (daemon.pid !== undefined && daemon.exitCode === null && daemon.signalCode === null) {
      daemon.kill('SIGTERM');
      await once(daemon, 'exit');
    }
    for (const mount of mounts().filter((each) => each.startsWith(`${directory}/`))) {
      execFileSync('umount', ['-l', mount]);
    }
    rmSync(directory, { recursive: true, force: true });
    for (const mount of mounts().filter((each) => each.startsWith('/sys/fs/cgroup'))) {
      try {
        for (const name of readdirSync(mount)) {
          if (name === basename(directory)) rmdirSync(join(mount, name));
        }
      } catch {
        // it has no such group
      }
    }
  }
}

/** Those made last come first. */
function mounts(): string[] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return lines.map((line) => line.split(' ')[4] ?? '').reverse();
}
