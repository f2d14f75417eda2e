/** Little functions written to temporary directories, and drivers that clean up after themselves. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import type {
  Sandbox,
  SandboxCall,
  SandboxDriver,
  SandboxResult,
  SandboxSpec,
} from '../../src/agent/index.js';

export function temporaryDirectory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'hearth-test-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Writes files by their relative names and gives the directory. */
export function bundle(t: TestContext, files: Readonly<Record<string, string>>): string {
  const root = temporaryDirectory(t);
  // as the node unpacks code: some drivers run it as somebody else
  chmodSync(root, 0o755);
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return root;
}

export function specOf(taskRoot: string, changes: Partial<SandboxSpec> = {}): SandboxSpec {
  return {
    functionName: 'little',
    functionVersion: '$LATEST',
    runtime: 'nodejs20.x',
    handler: 'index.handler',
    taskRoot,
    environment: {},
    memoryMb: 128,
    layersRoot: null,
    ephemeralMb: 512,
    network: 'none',
    image: null,
    concurrency: 1,
    initialization: 'on-demand',
    ...changes,
  };
}

/** The error object that a caller gets, of either runtime. */
export interface ErrorAnswer {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly requestId?: string;
  readonly trace?: readonly string[];
  readonly stackTrace?: readonly string[];
}

let calls = 0;

export function callOf(event: unknown, changes: Partial<SandboxCall> = {}): SandboxCall {
  const timeoutS = changes.timeoutS ?? 30;
  return {
    deadlineWallMs: Date.now() + timeoutS * 1000,
    requestId: `00000000-0000-4000-8000-${String(++calls).padStart(12, '0')}`,
    functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:little',
    traceId: 'Root=1-2-3',
    clientContext: '',
    payload: Buffer.from(JSON.stringify(event)),
    timeoutS,
    ...changes,
  };
}

/** A sandbox of one Node.js file, CommonJS. */
export async function nodeSandbox(
  t: TestContext,
  driver: SandboxDriver,
  code: string,
  changes: Partial<SandboxSpec> = {},
): Promise<Sandbox> {
  const sandbox = await driver.create(specOf(bundle(t, { 'index.js': code }), changes));
  t.after(() => sandbox.end());
  return sandbox;
}

/** A sandbox of one Python file. */
export async function pythonSandbox(
  t: TestContext,
  driver: SandboxDriver,
  code: string,
  changes: Partial<SandboxSpec> = {},
): Promise<Sandbox> {
  const spec = specOf(bundle(t, { 'index.py': code }), { runtime: 'python3.11', ...changes });
  const sandbox = await driver.create(spec);
  t.after(() => sandbox.end());
  return sandbox;
}

/** The answer's JSON. */
export function answerOf(result: SandboxResult): unknown {
  return JSON.parse(Buffer.from(result.payload).toString());
}

export function logOf(result: { readonly log: Uint8Array }): string {
  return Buffer.from(result.log).toString();
}

/** Resolves when the sandbox has stopped being alive; the test runner's timeout is the deadline. */
export function ended(sandbox: Sandbox): Promise<void> {
  return new Promise((resolve) => sandbox.onEnded(resolve));
}

/** The directory of a sandbox on the host, which goes with it. */
export function directoryOf(sandbox: Pick<Sandbox, 'id'>): string {
  const [, runtimeDir, number] = /^(.*)-(\d+)$/.exec(sandbox.id) ?? [];
  return join(tmpdir(), runtimeDir ?? '', number ?? '');
}

/** The pids, as the host counts them, of all that runs in a sandbox: known by what they have in their environment. */
export function processesOf(sandbox: Pick<Sandbox, 'id'>): readonly number[] {
  const mark = `\0HEARTH_SANDBOX_ID=${sandbox.id}\0`;
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && environmentOf(pid).includes(mark) && isRunning(pid));
}

/** Resolves when the kernel says that all of a sandbox is frozen; the test's timeout is the deadline. */
export async function frozen(sandbox: Sandbox): Promise<void> {
  const [pid] = processesOf(sandbox);
  const groups = readFileSync(`/proc/${pid}/cgroup`, 'utf8');
  const v2 = /^0::(.*)$/m.exec(groups)?.[1] ?? '';
  const v1 = /^\d+:freezer:(.*)$/m.exec(groups)?.[1] ?? '';
  const states: readonly (readonly [string, RegExp])[] = [
    [join('/sys/fs/cgroup', v2, 'cgroup.events'), /^frozen 1$/m],
    [join('/sys/fs/cgroup/unified', v2, 'cgroup.events'), /^frozen 1$/m],
    [join('/sys/fs/cgroup/freezer', v1, 'freezer.state'), /^FROZEN$/m],
  ];
  const files = states.filter(([path]) => existsSync(path));
  while (!files.some(([path, pattern]) => pattern.test(readFileSync(path, 'utf8')))) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function environmentOf(pid: number): string {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`;
  } catch {
    return '';
  }
}

/** True while the process runs: a zombie, dead and only not yet reaped by its parent, does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
  } catch {
    return process.platform !== 'linux';
  }
}
