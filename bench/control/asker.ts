/**
 * A process that asks a node's cluster actor a question over gRPC every so often, whether or not the last
 * one has been answered, and reports how long each answer took. It starts when it is told what to do by
 * its command line, and ends with its report when its parent says so.
 */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { Peers, Security } from '../../src/cluster/index.js';
import { methods } from '../../src/cluster/rpc.js';
import { systemClock } from '../../src/lib/index.js';
import { parseSecrets } from '../../src/types/index.js';

export interface AskerReport {
  /** Milliseconds to each answer. */
  readonly replyMs: readonly number[];
  /** By how much the asking process was late itself, milliseconds. */
  readonly lateMs: readonly number[];
  readonly failures: readonly string[];
  /** Answers of a node that leads the log: it asks a majority first. */
  readonly led: number;
}

const everyMs = 20;
const timeoutMs = 5000;

const [address = '', secretPath = '', clusterId = ''] = process.argv.slice(2);
const secrets = parseSecrets(readFileSync(secretPath, 'latin1'), secretPath);
const peers = new Peers(systemClock, new Security(secrets));
const replyMs: number[] = [];
const lateMs: number[] = [];
const failures: string[] = [];
let led = 0;
let pending = 0;

await ask();
replyMs.length = 0;
process.send?.('ready');
let dueMs = performance.now() + everyMs;
const timer = setInterval(() => {
  const nowMs = performance.now();
  for (; dueMs <= nowMs; dueMs += everyMs) {
    lateMs.push(nowMs - dueMs);
    void ask();
  }
}, everyMs / 4);

process.on('message', () => {
  clearInterval(timer);
  const wait = setInterval(() => {
    if (pending > 0) return;
    clearInterval(wait);
    peers.close();
    const report: AskerReport = { replyMs, lateMs, failures, led };
    process.send?.(report, () => process.disconnect());
  }, everyMs);
});

async function ask(): Promise<void> {
  const startMs = performance.now();
  pending++;
  try {
    const { known } = await peers.call(address, methods.readIndex, { clusterId }, timeoutMs);
    replyMs.push(performance.now() - startMs);
    if (known) led++;
  } catch (error) {
    failures.push(String(error));
  }
  pending--;
}
