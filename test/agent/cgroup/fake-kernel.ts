/**
 * A kernel made of plain files, with the control groups of hosts that are not this one: v2 alone, with
 * controllers and the rules for handing them down. What it does not do is run processes.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import type { GroupSystem } from '../../../src/agent/cgroup/index.js';
import { temporaryDirectory } from '../fixture.js';

const filesV2: Readonly<Record<string, readonly string[]>> = {
  memory: ['memory.max', 'memory.swap.max', 'memory.peak', 'memory.events'],
  cpu: ['cpu.max', 'cpu.weight'],
  pids: ['pids.max'],
  io: ['io.max'],
};
const filesV1: Readonly<Record<string, readonly string[]>> = {
  memory: ['memory.limit_in_bytes', 'memory.max_usage_in_bytes', 'memory.oom_control'],
  cpu: ['cpu.shares', 'cpu.cfs_quota_us'],
  cpuacct: ['cpuacct.usage'],
  pids: ['pids.max'],
  freezer: ['freezer.state'],
};

export class FakeKernel {
  readonly root: string;
  readonly system: GroupSystem;
  readonly #mounts: { path: string; controllers: readonly string[] | null }[] = [];
  readonly #own: string[] = [];

  constructor(t: TestContext) {
    this.root = temporaryDirectory(t);
    mkdirSync(join(this.root, 'proc', 'self'), { recursive: true });
    this.system = {
      mountInfo: join(this.root, 'mountinfo'),
      processes: join(this.root, 'proc'),
      blockDevices: join(this.root, 'block'),
      mkdir: async (path) => this.#mkdir(path),
      rmdir: async (path) => this.#rmdir(path),
      write: async (path, text) => this.#write(path, text),
    };
    writeFileSync(this.system.mountInfo, '22 27 0:21 / /proc rw - proc proc rw\n');
  }

  /** A hierarchy of v2 with these controllers, and the node in one of its groups. */
  mountV2(controllers: string, own: string): string {
    const path = join(this.root, 'v2');
    this.#mounts.push({ path, controllers: null });
    mkdirSync(path);
    for (const file of ['cgroup.procs', 'cgroup.subtree_control'])
      writeFileSync(join(path, file), '');
    writeFileSync(join(path, 'cgroup.controllers'), controllers);
    this.#mounted(path, 'cgroup2', 'rw,nsdelegate', `0::${own}`);
    this.#enter(path, own);
    return path;
  }

  /** One of v1 with this controller or these, comma-separated. */
  mountV1(controllers: string, own: string): string {
    const path = join(this.root, controllers);
    this.#mounts.push({ path, controllers: controllers.split(',') });
    mkdirSync(path);
    this.#fillV1(path, controllers.split(','));
    this.#mounted(
      path,
      'cgroup',
      `rw,${controllers}`,
      `${this.#mounts.length}:${controllers}:${own}`,
    );
    this.#enter(path, own);
    return path;
  }

  /** Puts a process into a group of any hierarchy. */
  move(path: string, pid: number): Promise<void> {
    return this.system.write(join(path, 'cgroup.procs'), String(pid));
  }

  read(...path: readonly string[]): string {
    return readFileSync(join(...path), 'utf8');
  }

  #mounted(path: string, type: string, options: string, group: string): void {
    const line = `31 23 0:28 / ${path} rw,relatime shared:4 - ${type} ${type} ${options}\n`;
    writeFileSync(this.system.mountInfo, line, { flag: 'a' });
    this.#own.push(group);
    writeFileSync(join(this.system.processes, 'self', 'cgroup'), `${this.#own.join('\n')}\n`);
  }

  #enter(mount: string, own: string): void {
    let path = mount;
    for (const name of own.split('/').filter(Boolean)) {
      path = join(path, name);
      this.#mkdir(path);
    }
    writeFileSync(join(path, 'cgroup.procs'), `${process.pid}\n`);
  }

  #mkdir(path: string): void {
    mkdirSync(path);
    const mount = this.#mounts.find((each) => path.startsWith(`${each.path}/`));
    if (mount?.controllers) {
      this.#fillV1(path, mount.controllers);
      return;
    }
    const enabled = this.read(dirname(path), 'cgroup.subtree_control');
    const files = { 'cgroup.type': 'domain', 'cgroup.controllers': enabled, 'cgroup.kill': '' };
    const more = { 'cgroup.procs': '', 'cgroup.subtree_control': '', 'cgroup.freeze': '0' };
    const counters = { 'cpu.stat': 'usage_usec 0\n', 'cgroup.events': 'populated 0\nfrozen 0\n' };
    for (const [name, text] of Object.entries({ ...files, ...more, ...counters })) {
      writeFileSync(join(path, name), text);
    }
    for (const controller of enabled.split(' ')) {
      for (const file of filesV2[controller] ?? []) writeFileSync(join(path, file), '');
    }
  }

  #fillV1(path: string, controllers: readonly string[]): void {
    const files = controllers.flatMap((controller) => filesV1[controller] ?? []);
    for (const file of ['cgroup.procs', 'tasks', ...files]) writeFileSync(join(path, file), '');
  }

  #rmdir(path: string): void {
    if (!existsSync(path)) throw withCode('ENOENT');
    const below = readdirSync(path, { withFileTypes: true }).some((entry) => entry.isDirectory());
    if (below || this.read(path, 'cgroup.procs') !== '') throw withCode('EBUSY');
    rmSync(path, { recursive: true });
  }

  #write(path: string, text: string): void {
    if (!existsSync(path)) throw withCode('ENOENT');
    const directory = dirname(path);
    switch (basename(path)) {
      case 'cgroup.subtree_control':
        this.#handDown(directory, text);
        break;
      case 'cgroup.procs':
        this.#movePid(directory, text);
        break;
      default:
        writeFileSync(path, text);
    }
  }

  #handDown(path: string, change: string): void {
    const name = change.slice(1);
    const enabled = new Set(this.read(path, 'cgroup.subtree_control').split(' ').filter(Boolean));
    if (!this.read(path, 'cgroup.controllers').split(' ').includes(name)) throw withCode('ENOENT');
    const isRoot = !existsSync(join(path, 'cgroup.type'));
    if (!isRoot && this.read(path, 'cgroup.procs') !== '') throw withCode('EBUSY');
    if (change.startsWith('+')) enabled.add(name);
    else enabled.delete(name);
    const text = [...enabled].join(' ');
    writeFileSync(join(path, 'cgroup.subtree_control'), text);
    for (const below of groupsIn(path)) {
      writeFileSync(join(below, 'cgroup.controllers'), text);
      for (const file of filesV2[name] ?? []) writeFileSync(join(below, file), '');
    }
  }

  #movePid(path: string, pid: string): void {
    const isInner = existsSync(join(path, 'cgroup.type'));
    if (isInner && this.read(path, 'cgroup.subtree_control') !== '') throw withCode('EBUSY');
    const mount = this.#mounts.find((each) => `${path}/`.startsWith(`${each.path}/`))?.path ?? path;
    for (const directory of [mount, ...directoriesBelow(mount)]) {
      const file = join(directory, 'cgroup.procs');
      const stay = readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '' && line !== pid);
      writeFileSync(file, stay.map((line) => `${line}\n`).join(''));
    }
    writeFileSync(join(path, 'cgroup.procs'), `${pid}\n`, { flag: 'a' });
  }
}

function groupsIn(path: string): string[] {
  const entries = readdirSync(path, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(path, entry.name));
}

function directoriesBelow(path: string): string[] {
  return groupsIn(path).flatMap((below) => [below, ...directoriesBelow(below)]);
}

function withCode(code: string): Error {
  return Object.assign(new Error(`${code}: fake kernel`), { code });
}
