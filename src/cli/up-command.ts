/** `hearth up` on the command line: data directory, secret, signals, and the one line of output. */
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { PickedKind } from '../agent/index.js';
import { processMark, silentLogger } from '../lib/index.js';
import { resolveNodeConfig, type SandboxKind } from '../types/index.js';
import { LambdaClient } from './api-client.js';
import { deployExamples } from './examples.js';
import { asFailure, CommandFailure, systemCode } from './failure.js';
import { type Io, print, say } from './io.js';
import { readConfigFile } from './node-options.js';
import { type NodeProcess, type StartNodeProcess, startNodeProcess } from './node-process.js';
import { checkPorts } from './ports.js';
import { createSecretFile } from './secret-file.js';
import { onEndSignal } from './signals.js';
import { Up } from './up.js';
import { readUpMemory, UpNotes } from './up-memory.js';
import { checkUpOptions, neededPorts, nodeSettings, planUp, upHost } from './up-plan.js';

export interface UpCommandOptions {
  readonly nodes: number;
  readonly http: number;
  readonly data?: string;
  readonly sandbox: SandboxKind;
  /** Deploy the examples. */
  readonly examples: boolean;
  /** Start nodes again that crashed or were killed. */
  readonly restart: boolean;
  readonly json: boolean;
  /** Where new releases come from. */
  readonly releases?: string;
  readonly releaseKey?: readonly string[];
  /** A file with further settings of the nodes. */
  readonly config?: string;
}

export interface UpHooks {
  readonly startNode?: StartNodeProcess;
  readonly sweepLeftovers?: (nodeDataDir: string) => Promise<void>;
  readonly pickSandbox?: (asked: SandboxKind) => Promise<PickedKind>;
}

/** A terminal, a shell and npm may each pass on the same Ctrl-C: only a later one means "at once". */
const impatienceMs = 1000;

/** Resolves when it was told to end and everything is gone; rejects where the start failed. */
export async function runUpCommand(
  io: Io,
  options: UpCommandOptions,
  hooks: UpHooks = {},
): Promise<void> {
  checkUpOptions(options);
  const given = options.config === undefined ? {} : await readConfigFile(options.config);
  await checkPorts(upHost, neededPorts(options));
  const ending = new AbortController();
  let up: Up | null = null;
  let firstSignalMs = 0;
  const forgetSignals = onEndSignal((_, count) => {
    if (count === 1) firstSignalMs = io.clock.nowMs();
    else if (io.clock.nowMs() - firstSignalMs > impatienceMs) up?.killNow();
    ending.abort(new CommandFailure('interrupted'));
  });
  const data = await dataDirectory(io, options.data);
  const nodes: NodeProcess[] = [];
  let notes: UpNotes | null = null;
  try {
    const picked = await (hooks.pickSandbox ?? pickSandbox)(options.sandbox);
    const { kind } = picked;
    const { releases: source } = options;
    const sourceThere = source === undefined ? {} : { releases: absolute(source) };
    const planned = { ...options, ...sourceThere, sandbox: kind, data };
    const memory = await readUpMemory(data);
    const plan = planUp(planned, await readdir(data), memory);
    await createSecretFile(join(data, 'secret'));
    await writeFile(join(data, 'node.json'), JSON.stringify(nodeSettings(plan, planned, given)));
    const ownMark = (await processMark(process.pid)) ?? '';
    const startNode = hooks.startNode ?? startNodeProcess;
    notes = new UpNotes(data, options.nodes, memory, (thrown) =>
      say(io, asFailure(thrown, 'where nodes run cannot be noted').message),
    );
    up = new Up(
      {
        clock: io.clock,
        say: (line) => say(io, line),
        startNode: (node) => {
          nodes.push(startNode(node, ownMark));
          return nodes.at(-1) as NodeProcess;
        },
        ran: (numbers) => notes?.ran(numbers, io.clock.wallMs()),
        sweepLeftovers: hooks.sweepLeftovers ?? ((nodeDataDir) => sweepNode(nodeDataDir, kind)),
      },
      {
        plan,
        balancer: { host: upHost, port: options.http },
        drainMs: defaultDrainMs(options, data),
        restart: options.restart,
        releases: join(data, 'releases'),
      },
    );
    await sayKind(io, picked);
    say(io, `starting ${options.nodes} nodes ...`);
    const url = await up.start(ending.signal);
    if (options.examples) await examples(io, url, ending.signal);
    if (!ending.signal.aborted) {
      announce(io, options, url, nodes);
      await untilEnd(up, ending.signal);
    }
  } catch (thrown) {
    if (!ending.signal.aborted) throw thrown;
  } finally {
    if (nodes.length > 0) say(io, 'stopping: the nodes finish what they run ...');
    await up?.stop();
    await notes?.written();
    if (options.data === undefined) await rm(data, { recursive: true, force: true });
    forgetSignals();
  }
}

/** Of a directory: nodes run elsewhere. */
function absolute(source: string): string {
  return /^[a-z]+:\/\//.test(source) ? source : resolve(source);
}

/** Once for all nodes: to try a kind takes a moment. */
async function pickSandbox(asked: SandboxKind): Promise<PickedKind> {
  const { pickSandboxKind } = await import('../agent/index.js');
  return pickSandboxKind(asked, { logger: silentLogger });
}

async function sayKind(io: Io, { kind, reason }: PickedKind): Promise<void> {
  const { warningOf } = await import('../agent/index.js');
  say(io, `sandboxes: ${kind} (${reason})`);
  const warning = warningOf(kind);
  if (warning !== null) say(io, `warning: ${warning}`);
}

/** Loaded when it is needed: hardly ever. */
async function sweepNode(nodeDataDir: string, kind: PickedKind['kind']): Promise<void> {
  const { clearAfterCrash } = await import('../agent/index.js');
  await clearAfterCrash(nodeDataDir, kind);
}

async function dataDirectory(io: Io, given: string | undefined): Promise<string> {
  if (given === undefined) {
    const made = await mkdtemp(join(tmpdir(), 'hearth-up-'));
    say(io, `data is in ${made} and is removed at the end; keep it with --data DIR`);
    return made;
  }
  const path = resolve(given);
  await makeDirectory(path).catch((thrown: unknown) => {
    throw asFailure(thrown, `--data ${given} cannot be made`);
  });
  return path;
}

/** Step by step: Node's own recursive mkdir never ends in a place like /proc that lets nobody create. */
async function makeDirectory(path: string): Promise<void> {
  const parent = dirname(path);
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (thrown) {
    if (systemCode(thrown) === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (systemCode(thrown) !== 'ENOENT' || (await isThere(parent))) throw thrown;
    await makeDirectory(parent);
    await mkdir(path, { mode: 0o700 });
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** What the nodes will use, since `up` gives them none. */
function defaultDrainMs({ sandbox }: UpCommandOptions, data: string): number {
  const anywhere = { data, http: `${upHost}:0`, cluster: `${upHost}:0` };
  return resolveNodeConfig({ ...anywhere, sandbox }).drainMs;
}

async function examples(io: Io, url: string, given: AbortSignal): Promise<void> {
  const client = new LambdaClient(url);
  const close = () => void client.close();
  given.addEventListener('abort', close, { once: true });
  try {
    await deployExamples(io, client, given);
  } finally {
    given.removeEventListener('abort', close);
    await client.close();
  }
}

function announce(
  io: Io,
  { json }: UpCommandOptions,
  url: string,
  nodes: readonly NodeProcess[],
): void {
  if (!json) {
    print(io, `ready ${url}`);
    return;
  }
  const rows = nodes.map(({ plan, pid }) => ({ http: plan.http, cluster: plan.cluster, pid }));
  print(io, JSON.stringify({ ready: url, nodes: rows }));
}

async function untilEnd(up: Up, ending: AbortSignal): Promise<void> {
  const told = new Promise<'told'>((resolve) => {
    if (ending.aborted) resolve('told');
    ending.addEventListener('abort', () => resolve('told'), { once: true });
  });
  const why = await Promise.race([told, up.allGone()]);
  if (why !== 'told') throw new CommandFailure('every node has ended; see the lines above.');
}
