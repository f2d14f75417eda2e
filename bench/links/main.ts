/**
 * A forwarded request over a peer link, beside a unary gRPC call and beside undici over keep-alive: two
 * processes on loopback, 1 kB there and 1 kB back. Short rounds alternate, and each way is compared with the
 * link within each round, so that what else the machine does falls on all of them.
 *
 * usage: npm run bench:links [-- [ROUNDS [SECONDS]]]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus, loadavg } from 'node:os';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { type Caller, grpcCaller, linkCaller, undiciCaller } from './callers.js';
import { cpuMs, type FromServer, type ToServer } from './messages.js';

interface Round {
  readonly callsPerS: number;
  /** Of one call, in the calling and the called process. */
  readonly callerCpuUs: number;
  readonly calledCpuUs: number;
}

const [rounds = 30, seconds = 0.4] = process.argv.slice(2).map(Number);
const warmUpMs = 3000;
const answerTimeoutMs = 30_000;
const concurrencies = [1, 64];
/** Connections and requests under way on each: 64 together. */
const undiciSplits = [
  [64, 1],
  [16, 4],
  [8, 8],
  [4, 16],
  [2, 32],
  [1, 64],
] as const;

const server = fork(fileURLToPath(new URL('./server.js', import.meta.url)));

function ask(message: ToServer): void {
  server.send(message);
}

async function heard<Kind extends FromServer['kind']>(
  kind: Kind,
): Promise<Extract<FromServer, { kind: Kind }>> {
  const signal = AbortSignal.timeout(answerTimeoutMs);
  for (;;) {
    const [message] = (await once(server, 'message', { signal })) as [FromServer];
    if (message.kind === kind) return message as Extract<FromServer, { kind: Kind }>;
  }
}

async function calledCpuMs(): Promise<number> {
  const answer = heard('usage');
  ask({ kind: 'usage' });
  return (await answer).cpuMs;
}

/** Keeps `concurrency` calls under way for a time; returns how many were answered. */
async function run({ call }: Caller, concurrency: number, forMs: number): Promise<number> {
  const untilMs = performance.now() + forMs;
  let calls = 0;
  const one = async (): Promise<void> => {
    while (performance.now() < untilMs) {
      await call();
      calls++;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, one));
  return calls;
}

async function measure(caller: Caller, concurrency: number, forMs: number): Promise<Round> {
  const calledBeforeMs = await calledCpuMs();
  const callerBeforeMs = cpuMs();
  const fromMs = performance.now();
  const calls = await run(caller, concurrency, forMs);
  const tookMs = performance.now() - fromMs;
  const callerMs = cpuMs() - callerBeforeMs;
  const calledMs = (await calledCpuMs()) - calledBeforeMs;
  return {
    callsPerS: (calls / tookMs) * 1000,
    callerCpuUs: (callerMs / calls) * 1000,
    calledCpuUs: (calledMs / calls) * 1000,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

async function compare(callers: readonly Caller[], concurrency: number): Promise<void> {
  const all = new Map<Caller, Round[]>();
  for (const caller of callers) {
    await run(caller, concurrency, warmUpMs);
    all.set(caller, []);
  }
  for (let round = 0; round < rounds; round++) {
    for (const caller of callers) {
      all.get(caller)?.push(await measure(caller, concurrency, seconds * 1000));
    }
  }
  const linkRounds = all.values().next().value ?? [];
  for (const caller of callers) {
    const found = all.get(caller) ?? [];
    const speeds = found.map((round) => round.callsPerS);
    const ratios = speeds.map((speed, round) => (linkRounds[round]?.callsPerS ?? 0) / speed);
    const range = `${Math.round(Math.min(...speeds))}-${Math.round(Math.max(...speeds))}`;
    table.push([
      concurrency,
      caller.name,
      `${Math.round(median(speeds))} (${range})`,
      median(ratios).toFixed(2),
      median(found.map((r) => r.callerCpuUs)).toFixed(1),
      median(found.map((r) => r.calledCpuUs)).toFixed(1),
    ]);
  }
}

const table = new Table({
  head: ['at once', 'way', 'calls/s', 'link is faster by', 'caller CPU us', 'called CPU us'],
  style: { head: [], border: [] },
});
const [loadBefore = 0] = loadavg();
const ports = await heard('ready');
console.log(
  `Node.js ${process.version}, ${cpus().length} cores, load ${loadBefore.toFixed(2)}; ` +
    `${rounds} rounds of ${seconds} s each, median (least-most)`,
);
const link = linkCaller(ports);
const grpc = grpcCaller(ports);
for (const concurrency of concurrencies) {
  const undici =
    concurrency === 1
      ? [undiciCaller(ports, 1, 1)]
      : undiciSplits.map(([connections, pipelining]) =>
          undiciCaller(ports, connections, pipelining),
        );
  await compare([link, grpc, ...undici], concurrency);
}
console.log(table.toString());
ask({ kind: 'stop' });
process.exit(0);
