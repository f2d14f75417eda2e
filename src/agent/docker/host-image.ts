/**
 * A root file system for sandboxes, made of this host's own programs: the interpreter, its libraries and
 * loader, Python's standard library, a shell and small tools, certificates. So no registry is needed, and a
 * function finds the very interpreter that a sandbox of another kind would use here.
 *
 * Everything stands where it stands on the host, with /bin, /sbin and /lib* being those of /usr. The
 * image's tag is a hash of what goes in, by names, sizes and times.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { findPython } from '../runtimes.js';
import { sharedLibraries } from './shared-libraries.js';
import type { TarEntry } from './tar.js';

export type HostImageKind = 'node' | 'python';

export interface HostImage {
  readonly kind: HostImageKind;
  /** 16 hex digits. */
  readonly hash: string;
  /** Its path in the image. */
  readonly interpreter: string;
  /** Directories before what is in them. */
  readonly entries: readonly TarEntry[];
}

/** Where containers find what is mounted into them. */
const emptyDirectories = ['dev', 'opt', 'proc', 'run/hearth', 'sys', 'var/runtime', 'var/task'];
const mergedDirectories = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];
const passwd = 'root:x:0:0:root:/root:/sbin/nologin\nsandbox:x:993:990::/tmp:/bin/sh\n';
const contents: readonly (readonly [string, string])[] = [
  ['etc/passwd', passwd],
  ['etc/group', 'root:x:0:\nsandbox:x:990:\n'],
  ['etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n'],
];
/** Copied where the host has them. */
const hostFiles = [
  '/etc/ld.so.cache',
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/ssl/openssl.cnf',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/usr/share/zoneinfo/UTC',
];
const tools = (
  'sh bash awk base64 basename cat chmod cp curl cut date dirname env expr false find grep gzip head id ' +
  'kill ln ls mkdir mktemp mv od printf ps pwd readlink realpath rm rmdir sed seq setsid sha256sum sleep sort ' +
  'stat tail tar tee test timeout touch tr true uname uniq unzip wc which xargs'
).split(' ');
const toolDirectories = ['/usr/bin', '/bin', '/usr/local/bin'];
/** Opened by name at run time, so that ldd does not tell of them: name services, and what ends threads. */
const openedByName = ['libnss_files.so.2', 'libnss_dns.so.2', 'libresolv.so.2', 'libgcc_s.so.1'];
/** Of the standard library: what no function runs, and what is not Python's own. */
const pythonLeftOut = new Set([
  ...['dist-packages', 'ensurepip', 'idlelib', 'lib2to3', 'site-packages', 'test', 'tests'],
  ...['tkinter', 'turtledemo'],
]);
const pythonProbeTimeoutMs = 10_000;
const pythonProbe =
  'import sys, sysconfig; print(getattr(sys, "_base_executable", sys.executable)); ' +
  'paths = sysconfig.get_paths(); print(paths["stdlib"]); print(paths["platstdlib"])';

export async function hostImage(kind: HostImageKind): Promise<HostImage> {
  const files = new FileSet();
  const places = kind === 'python' ? await pythonPlaces() : null;
  const interpreter = places?.interpreter ?? process.execPath;
  await files.add(interpreter);
  const programs = [interpreter, ...(await addTools(files))];
  if (places !== null) programs.push(...(await addPython(files, places)));
  const libraries = await sharedLibraries(programs);
  for (const library of libraries) await files.add(library);
  const libraryDirectories = new Set(libraries.map((library) => dirname(library)));
  for (const directory of libraryDirectories) {
    for (const name of openedByName) await files.addIfThere(join(directory, name));
  }
  for (const path of hostFiles) await files.addIfThere(path);
  const entries = files.entries();
  return { kind, hash: hashOf(entries), interpreter, entries };
}

async function addTools(files: FileSet): Promise<string[]> {
  const programs: string[] = [];
  for (const tool of tools) {
    for (const directory of toolDirectories) {
      const path = join(directory, tool);
      if (!(await files.addIfThere(path))) continue;
      programs.push(path);
      break;
    }
  }
  return programs;
}

interface PythonPlaces {
  readonly interpreter: string;
  /** Directories of the standard library. */
  readonly libraries: readonly string[];
}

/** Adds the standard library; gives what has shared libraries of its own. */
async function addPython(files: FileSet, places: PythonPlaces): Promise<string[]> {
  const extensions: string[] = [];
  for (const library of places.libraries) {
    for (const path of await filesBelow(library)) {
      if ((await files.addIfThere(path)) && path.endsWith('.so')) extensions.push(path);
    }
  }
  return extensions;
}

/** Asked of itself: where a virtual environment or a launcher of versions comes from is its own business. */
async function pythonPlaces(): Promise<PythonPlaces> {
  const python = await findPython();
  if (python === null) {
    throw new Error('no Python 3.8 or newer is on the PATH of this node; install python3');
  }
  const options = { timeout: pythonProbeTimeoutMs };
  const { stdout } = await promisify(execFile)(python, ['-I', '-c', pythonProbe], options);
  const [interpreter = python, ...libraries] = stdout.trim().split('\n');
  return { interpreter, libraries: [...new Set(libraries)] };
}

async function filesBelow(directory: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      const leftOut = pythonLeftOut.has(entry.name) || entry.name.startsWith('config-');
      if (!leftOut) found.push(...(await filesBelow(path)));
    } else if (!/\.a$|\.opt-[12]\.pyc$|^_tkinter|^_test/.test(entry.name)) found.push(path);
  }
  return found;
}

/** Files by their place in the image, each once. */
class FileSet {
  readonly #files = new Map<string, TarEntry>();

  /** Links are followed: what they name goes in under the link's name. */
  async add(source: string): Promise<void> {
    const path = placeOf(source);
    if (this.#files.has(path)) return;
    const facts = await stat(source);
    this.#files.set(path, {
      kind: 'file',
      path,
      mode: (facts.mode & 0o111) === 0 ? 0o644 : 0o755,
      source,
      sizeBytes: facts.size,
      modifiedS: Math.floor(facts.mtimeMs / 1000),
    });
  }

  async addIfThere(source: string): Promise<boolean> {
    const facts = await stat(source).catch(() => null);
    if (facts === null || !facts.isFile()) return false;
    await this.add(source);
    return true;
  }

  entries(): TarEntry[] {
    const entries: TarEntry[] = [];
    const directories = new Set<string>();
    const makeParents = (path: string): void => {
      const parent = dirname(path);
      if (parent === '.' || directories.has(parent)) return;
      makeParents(parent);
      directories.add(parent);
      entries.push({ kind: 'directory', path: parent, mode: 0o755 });
    };
    for (const path of emptyDirectories) makeParents(join(path, 'x'));
    entries.push({ kind: 'directory', path: 'tmp', mode: 0o1777 });
    for (const name of mergedDirectories) {
      entries.push({ kind: 'link', path: name, target: `usr/${name}` });
      makeParents(`usr/${name}/x`);
    }
    for (const [path, content] of contents) {
      makeParents(path);
      entries.push({ kind: 'content', path, content });
    }
    for (const path of [...this.#files.keys()].sort()) {
      makeParents(path);
      entries.push(this.#files.get(path) as TarEntry);
    }
    return entries;
  }
}

/** Without the leading slash, and with /lib and its like as /usr/lib. */
function placeOf(path: string): string {
  const place = relative('/', path);
  const first = place.split('/', 1)[0] ?? '';
  return mergedDirectories.includes(first) ? `usr/${place}` : place;
}

function hashOf(entries: readonly TarEntry[]): string {
  const hash = createHash('sha256');
  for (const entry of entries) hash.update(`${JSON.stringify(entry)}\n`);
  return hash.digest('hex').slice(0, 16);
}
