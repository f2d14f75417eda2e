/**
 * Takes memory from the whole machine, so much that nodes may make no more sandboxes, and never so much that the machine
 * itself is short of it. The memory is a file without a name that ends with the process that holds it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { hostMemory } from '../../../src/executor/host-memory.js';
import { systemClock } from '../../../src/lib/index.js';

/** Of the machine's memory, what nodes are to leave free: taking all that they may use needs no more than the other half. */
const reserveShare = 0.5;
/** With less than that, half of it is too little for the nodes. */
const totalMbMin = 12_000;
/** The balloon takes this much of the reserve, ... */
const belowReserveMb = 512;
/** ... and goes away at once where there is less than this left. */
const leftMbMin = 3072;
const watchEveryMs = 100;
const inflateTimeoutMs = 20_000;
const megabyte = 1024 * 1024;

/** Step by step, and only when nobody else wants the processor: memory is to be short and nothing else. */
const program = `
import os, sys
os.nice(19)
held = os.memfd_create('balloon')
for taken in range(0, int(sys.argv[1]), 64):
    os.posix_fallocate(held, taken << 20, 64 << 20)
print('full', flush=True)
sys.stdin.read()
`;

/** Why no memory can be taken here, or false. */
export function noBalloon(): string | false {
  const totalMb = Math.round(memory().totalMb);
  return totalMb < totalMbMin && `${totalMb} MB of memory are too few to take half of it away`;
}

/** Settings that all nodes need for it; none where it is missing. */
export function balloonSettings(): Readonly<Record<string, number>> {
  return noBalloon() === false ? { memoryReserveMb: reserveMb() } : {};
}

export class Balloon {
  #burst = false;

  private constructor(
    private readonly holder: ChildProcess,
    readonly megabytes: number,
  ) {}

  /** Resolves when the memory is taken. */
  static async inflate(): Promise<Balloon> {
    const wantedMb = Math.floor(memory().availableMb - reserveMb() + belowReserveMb);
    const megabytes = Math.max(0, wantedMb);
    const holder = spawn('python3', ['-S', '-c', program, String(megabytes)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const balloon = new Balloon(holder, megabytes);
    const full = once(holder.stdout ?? holder, 'data').then(() => true);
    const ended = once(holder, 'exit').then(() => false);
    const late = delay(inflateTimeoutMs, false, { ref: false });
    if (await Promise.race([full, ended, late])) return balloon;
    balloon.deflate();
    throw new Error(`${megabytes} MB could not be taken`);
  }

  /** The machine needed the memory itself. */
  get burst(): boolean {
    return this.#burst;
  }

  /** Resolves after so long, or when the machine needs the memory itself. */
  async hold(ms: number): Promise<void> {
    for (let leftMs = ms; leftMs > 0 && !this.#burst; leftMs -= watchEveryMs) {
      await delay(watchEveryMs);
      this.#burst = memory().availableMb < leftMbMin;
    }
  }

  deflate(): void {
    this.holder.kill('SIGKILL');
  }
}

/** As a node sees it. */
const reading = hostMemory(systemClock);

function memory(): { readonly availableMb: number; readonly totalMb: number } {
  const { availableBytes, totalBytes } = reading() ?? { availableBytes: 0, totalBytes: 0 };
  return { availableMb: availableBytes / megabyte, totalMb: totalBytes / megabyte };
}

function reserveMb(): number {
  return Math.floor(memory().totalMb * reserveShare);
}
