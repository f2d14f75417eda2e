/** What the process of the node uses, and how late its data thread is, under the names that are usual for these. */
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { type Clock, histograms, lagBounds, series, single, TickLag } from '../../lib/index.js';

/** The loop delay is told over the current window of this length. */
const loopDelayWindowMs = 60_000;
const tickMs = 50;

export class ProcessMetrics {
  readonly #lag = new TickLag(tickMs);
  #loopDelay: IntervalHistogram | null = null;
  #cancels: (() => void)[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly release: string,
  ) {}

  start(): void {
    const { clock } = this;
    const loopDelay = monitorEventLoopDelay({ resolution: 20 });
    loopDelay.enable();
    this.#loopDelay = loopDelay;
    this.#cancels = [
      clock.every(loopDelayWindowMs, () => loopDelay.reset()),
      clock.every(tickMs, () => this.#lag.tick(clock.nowMs())),
    ];
  }

  stop(): void {
    for (const cancel of this.#cancels) cancel();
    this.#loopDelay?.disable();
    this.#loopDelay = null;
  }

  lines(): string[] {
    const memory = process.memoryUsage();
    const cpu = process.cpuUsage();
    const delayS = (this.#loopDelay?.percentile(99) ?? 0) / 1e9;
    const startedS = this.clock.wallMs() / 1000 - process.uptime();
    return [
      ...series('gauge', 'hearth_build_info', [[{ release: this.release }, 1]]),
      ...series('gauge', 'nodejs_version_info', [[{ version: process.version }, 1]]),
      ...single('counter', 'process_cpu_user_seconds_total', cpu.user / 1e6),
      ...single('counter', 'process_cpu_system_seconds_total', cpu.system / 1e6),
      ...single('counter', 'process_cpu_seconds_total', (cpu.user + cpu.system) / 1e6),
      ...single('gauge', 'process_start_time_seconds', Math.round(startedS * 1000) / 1000),
      ...single('gauge', 'process_resident_memory_bytes', memory.rss),
      ...single('gauge', 'nodejs_heap_size_total_bytes', memory.heapTotal),
      ...single('gauge', 'nodejs_heap_size_used_bytes', memory.heapUsed),
      ...single('gauge', 'nodejs_external_memory_bytes', memory.external),
      ...single('gauge', 'hearth_heap_used_bytes', memory.heapUsed),
      ...single(
        'gauge',
        'hearth_event_loop_delay_p99_seconds',
        Number.isFinite(delayS) ? delayS : 0,
      ),
      ...histograms('hearth_event_loop_lag_seconds', lagBounds, [[{}, this.#lag.figures()]]),
    ];
  }
}
