/**
 * A load program that sees single connections: each of its answers is timed, from the moment at which the request
 * was due (so a node that stalls cannot hide how many it would have hit), and counted for its connection. One
 * thread, plain sockets, the same bytes again and again.
 *
 * usage: steady-load.js PLAN   (a SteadyPlan as JSON; prints a SteadyReport as JSON)
 */
import { performance } from 'node:perf_hooks';
import type { Verdict } from './answer-reader.js';
import { type ConnectionOwner, SteadyConnection } from './steady-connection.js';
import { SteadyCount } from './steady-count.js';
import { counts, dueMsOf, isOver } from './steady-pace.js';
import type { SteadyPlan, SteadyReport } from './steady-plan.js';

/** So many are opened at a time, each with a request answered: a listener's queue holds a few hundred. */
const openAtOnce = 100;
const openTimeoutMs = 30_000;
const tickMs = 1;
const lookEveryMs = 250;
const answerTimeoutMs = 20_000;
/** Once a request is so late and not even sent, the rest is given up, as errors. */
const lateMsMax = 20_000;

class SteadyLoad implements ConnectionOwner {
  readonly #connections: readonly SteadyConnection[];
  readonly #unopened: SteadyConnection[];
  readonly #count = new SteadyCount();
  /** Those that can be asked on, the one that has been for longest first. */
  readonly #free = new Set<SteadyConnection>();
  readonly #createdMs = performance.now();
  /** null while connections are opened. */
  #startMs: number | null = null;
  #sent = 0;
  #inFlight = 0;
  #gaveUp = false;
  #measuredFromMs = 0;
  /** The latest answer. */
  #answeredMs = 0;
  #cpuBefore = process.cpuUsage();

  constructor(
    private readonly plan: SteadyPlan,
    private readonly done: (report: SteadyReport) => void,
  ) {
    const all = Array.from({ length: plan.connections }, () => new SteadyConnection(plan, this));
    this.#connections = all;
    this.#unopened = [...all];
  }

  begin(): void {
    for (let i = 0; i < openAtOnce; i++) this.#unopened.pop()?.open();
    setInterval(() => this.#look(performance.now()), lookEveryMs);
  }

  free(connection: SteadyConnection): void {
    const nowMs = performance.now();
    if (this.#startMs === null) {
      if (!connection.isProven) {
        this.#inFlight++;
        connection.send(nowMs, nowMs, false);
        return;
      }
      this.#free.add(connection);
      this.#unopened.pop()?.open();
      if (this.#free.size < this.#connections.length) return;
      this.#startMs = nowMs;
      if (this.plan.pace.kind === 'constant') {
        setInterval(() => this.#send(performance.now()), tickMs);
      }
    }
    this.#free.add(connection);
    this.#send(nowMs);
  }

  answered(connection: SteadyConnection, verdict: Verdict): void {
    this.#inFlight--;
    if (!connection.counts) {
      if (verdict !== 'good') this.#count.wrong(verdict, 1);
      return;
    }
    this.#answeredMs = performance.now();
    if (verdict === 'good') this.#count.good(connection, this.#answeredMs - connection.dueMs);
    else this.#count.bad(verdict);
  }

  lost(connection: SteadyConnection, why: string): void {
    this.#free.delete(connection);
    this.#count.wrong(`connection lost: ${why}`, 1);
  }

  /** All that is due, as far as connections are free. */
  #send(nowMs: number): void {
    const startMs = this.#startMs ?? nowMs;
    const elapsedMs = nowMs - startMs;
    const { pace } = this.plan;
    for (const connection of this.#free) {
      const dueMs = this.#gaveUp ? Number.POSITIVE_INFINITY : dueMsOf(pace, this.#sent, elapsedMs);
      if (dueMs > elapsedMs) break;
      this.#free.delete(connection);
      const counted = counts(pace, this.#sent++, elapsedMs);
      if (counted) {
        if (this.#measuredFromMs === 0) this.#measure(nowMs);
        this.#count.sent(elapsedMs - dueMs);
      }
      this.#inFlight++;
      connection.send(startMs + dueMs, nowMs, counted);
    }
  }

  #measure(nowMs: number): void {
    this.#measuredFromMs = nowMs;
    this.#cpuBefore = process.cpuUsage();
  }

  #look(nowMs: number): void {
    if (this.#startMs === null) {
      if (nowMs - this.#createdMs < openTimeoutMs) return;
      throw new Error(`${this.#free.size} of ${this.plan.connections} connections could be opened`);
    }
    for (const connection of this.#connections) {
      if (connection.isBusy && nowMs - connection.sentMs > answerTimeoutMs) connection.giveUp();
    }
    const { pace } = this.plan;
    const elapsedMs = nowMs - this.#startMs;
    if (elapsedMs - dueMsOf(pace, this.#sent, elapsedMs) > lateMsMax) this.#gaveUp = true;
    if (this.#inFlight > 0 || !(this.#gaveUp || isOver(pace, this.#sent, elapsedMs))) return;
    this.#end();
  }

  #end(): void {
    const { pace } = this.plan;
    if (pace.kind === 'constant') {
      const unsent = pace.warmUps + pace.count - Math.max(pace.warmUps, this.#sent);
      if (unsent > 0) this.#count.wrong('never sent', unsent);
    }
    const seconds = (this.#answeredMs - this.#measuredFromMs) / 1000;
    const { user, system } = process.cpuUsage(this.#cpuBefore);
    const cores = (user + system) / 1e6 / seconds;
    const measuredS = pace.kind === 'closed' ? pace.seconds : seconds;
    this.done(this.#count.report(this.#connections, measuredS, cores));
  }
}

const plan = JSON.parse(process.argv[2] ?? '') as SteadyPlan;
new SteadyLoad(plan, (report) => {
  process.stdout.write(JSON.stringify(report), () => process.exit());
}).begin();
