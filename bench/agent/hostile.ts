/**
 * What a function that means harm costs its neighbours: the 99th percentile of a neighbour's answers beside
 * each attack, over that of the quiet seconds just before. Promised: at most twice as long.
 *
 *     npm run bench:hostile -- [--seconds 5] [--rounds 3] [--work 5] [--attack TITLE] [--json]
 *
 * The neighbour works for so many milliseconds and is asked 50 times a second; `--work 0` does nothing, so that
 * the percentile is of the scheduler's making alone. Attackers that end (for memory, or at a deadline) are
 * started again at once. To be run on a machine that does nothing else.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { noLogs, type Sandbox, type SandboxSpec } from '../../src/agent/index.js';
import { NamespaceDriver } from '../../src/agent/namespace/index.js';
import { silentLogger, systemClock } from '../../src/lib/index.js';
import { quantile } from '../harness/quantiles.js';

interface Attack {
  readonly title: string;
  readonly file: 'index.js' | 'index.py';
  readonly code: string;
}

const attacks: readonly Attack[] = [
  {
    title: 'fork bomb',
    file: 'index.py',
    code: `
import os
def handler(event, context):
    while True:
        try:
            os.fork()
        except OSError:
            pass`,
  },
  {
    title: 'processes that spin',
    file: 'index.py',
    code: `
import os
def handler(event, context):
    for _ in range(64):
        if os.fork() == 0:
            while True:
                pass
    while True:
        pass`,
  },
  {
    title: 'memory hog',
    file: 'index.js',
    code: 'exports.handler = async () => { const all = []; for (;;) all.push(Buffer.alloc(8 << 20, 1)); };',
  },
  {
    title: 'disk filler',
    file: 'index.js',
    code: `const { rmSync, writeFileSync } = require('node:fs');
exports.handler = async () => {
  const block = Buffer.alloc(1 << 20);
  for (;;) {
    try { writeFileSync('/tmp/file', block, { flag: 'a' }); } catch { rmSync('/tmp/file'); }
  }
};`,
  },
  {
    title: 'files without content',
    file: 'index.py',
    code: `
def handler(event, context):
    number = 0
    while True:
        open("/tmp/%d" % number, "w").close()
        number += 1`,
  },
  {
    title: 'endless output',
    file: 'index.py',
    code: `
import os
def handler(event, context):
    while True:
        os.write(1, b"x" * 65536)`,
  },
  {
    title: 'endless log lines',
    file: 'index.js',
    code: "exports.handler = async () => { for (;;) console.log('x'.repeat(1000)); };",
  },
  {
    title: 'system calls that are refused',
    file: 'index.py',
    code: `
import ctypes
libc = ctypes.CDLL(None)
def handler(event, context):
    while True:
        libc.unshare(0x10000000)
        libc.ptrace(0, 0, 0, 0)`,
  },
];

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    work: { type: 'string', default: '5' },
    attack: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});
const pauseMs = 20;
const phaseMs = Number(options.seconds) * 1000;
const data = mkdtempSync(join(tmpdir(), 'hearth-bench-'));
const driver = new NamespaceDriver(
  { clock: systemClock, logger: silentLogger, logs: noLogs },
  { manifestPath: join(data, 'sandboxes.json') },
);
let specs = 0;
let calls = 0;

function specOf(file: string, code: string): SandboxSpec {
  const taskRoot = join(data, String(++specs));
  mkdirSync(taskRoot, { mode: 0o755 });
  writeFileSync(join(taskRoot, file), code);
  return {
    functionName: `bench-${specs}`,
    functionVersion: '1',
    runtime: file === 'index.js' ? 'nodejs20.x' : 'python3.11',
    handler: 'index.handler',
    taskRoot,
    layersRoot: null,
    environment: {},
    memoryMb: 256,
    ephemeralMb: 512,
    network: 'none',
    image: null,
    concurrency: 1,
    initialization: 'on-demand',
  };
}

function call(sandbox: Sandbox, timeoutMs: number) {
  return sandbox.invoke({
    deadlineWallMs: systemClock.wallMs() + timeoutMs,
    requestId: `bench-${++calls}`,
    functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:bench',
    traceId: '',
    clientContext: '',
    payload: Buffer.from('{}'),
    timeoutS: timeoutMs / 1000,
  });
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    systemClock.after(pauseMs, resolve);
  });
}

/** Milliseconds of each answer of the neighbour, asked again and again for a phase. */
async function askFor(neighbour: Sandbox): Promise<number[]> {
  const untilMs = systemClock.nowMs() + phaseMs;
  const took: number[] = [];
  while (systemClock.nowMs() < untilMs) {
    const fromMs = systemClock.nowMs();
    const result = await call(neighbour, 30_000);
    if (result.functionError) throw new Error('the neighbour fails');
    took.push(systemClock.nowMs() - fromMs);
    await pause();
  }
  return took;
}

/** Attacks for a phase, with one sandbox after the other. */
async function attackFor(spec: SandboxSpec): Promise<void> {
  const untilMs = systemClock.nowMs() + phaseMs;
  for (let leftMs = phaseMs; leftMs > 0; leftMs = untilMs - systemClock.nowMs()) {
    const sandbox = await driver.create(spec);
    await call(sandbox, Math.max(1, untilMs - systemClock.nowMs()));
    await sandbox.end();
  }
}

interface Row {
  readonly attack: string;
  readonly quietP99Ms: number;
  readonly attackedP99Ms: number;
  readonly quietMedianMs: number;
  readonly attackedMedianMs: number;
  /** The median of the rounds. */
  readonly ratio: number;
  readonly ratios: readonly number[];
}

async function measure(attack: Attack, neighbour: Sandbox): Promise<Row> {
  const spec = specOf(attack.file, attack.code);
  const rounds: { quiet: number[]; attacked: number[] }[] = [];
  for (let round = 0; round < Number(options.rounds); round++) {
    const quiet = await askFor(neighbour);
    const [attacked] = await Promise.all([askFor(neighbour), attackFor(spec)]);
    rounds.push({ quiet, attacked });
  }
  const middle = (of: (round: (typeof rounds)[number]) => number): number =>
    quantile(rounds.map(of), 0.5);
  const ratios = rounds.map(
    (round) => quantile(round.attacked, 0.99) / quantile(round.quiet, 0.99),
  );
  return {
    attack: attack.title,
    quietP99Ms: middle(({ quiet }) => quantile(quiet, 0.99)),
    attackedP99Ms: middle(({ attacked }) => quantile(attacked, 0.99)),
    quietMedianMs: middle(({ quiet }) => quantile(quiet, 0.5)),
    attackedMedianMs: middle(({ attacked }) => quantile(attacked, 0.5)),
    ratio: quantile(ratios, 0.5),
    ratios,
  };
}

function print(row: Row): void {
  const numbers = [row.quietMedianMs, row.attackedMedianMs, row.quietP99Ms, row.attackedP99Ms];
  const columns = numbers.map((value) => value.toFixed(2).padStart(9));
  const all = row.ratios.map((ratio) => ratio.toFixed(2)).join(' ');
  console.log(
    `${row.attack.padEnd(30)}${columns.join('')}${row.ratio.toFixed(2).padStart(8)}  (${all})`,
  );
}

await driver.start();
try {
  const neighbour = await driver.create(
    specOf(
      'index.js',
      `exports.handler = async () => {
        const fromMs = performance.now();
        while (performance.now() - fromMs < ${Number(options.work)});
      };`,
    ),
  );
  await askFor(neighbour);
  if (!options.json) {
    const heads = ['quiet p50', ' attacked', 'quiet p99', ' attacked'].map((text) =>
      text.padStart(9),
    );
    console.log(`${'milliseconds'.padEnd(30)}${heads.join('')}   ratio`);
  }
  const rows: Row[] = [];
  for (const attack of attacks.filter(({ title }) => title.includes(options.attack))) {
    const row = await measure(attack, neighbour);
    rows.push(row);
    if (!options.json) print(row);
  }
  if (options.json) console.log(JSON.stringify(rows));
} finally {
  await driver.stop();
  rmSync(data, { recursive: true, force: true });
}
