/**
 * Takes memory from the whole machine, so much that nodes may make no more sandboxes, and never so much that the machine
 * itself is short of it. The memory is a file without a name that ends with the process that holds it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { hostMemory } from '../../../src/executor/host-memory.js';
import { systemClock } from '../../../src/lib/index.js';

/** Of the machine's memory, what nodes are to leave free: the more, the less has to be taken. */
const reserveShare = 0.6;
/** With less than that, half of it is too little for the nodes. */
const totalMbMin = 12_000;
/** The balloon takes this much of the reserve, so that nodes have to give some back, ... */
const belowReserveMb = 512;
/** ... and goes away at once where there is less than this left. */
const leftMbMin = 3072;
/** Seconds, where the processors have nothing else to do. */
const inflateTimeoutMs = 60_000;
const megabyte = 1024 * 1024;

/**
 * Takes memory until only so much is available, in small steps, so that the processor is not short as well; then it takes no
 * more, for what nodes give back is theirs. Ends when nobody reads what it prints.
 */
const program = `
import os, re, sys, time
wanted, least = int(sys.argv[1]), int(sys.argv[2])
held = os.memfd_create('balloon')
taken = 0
full = False
while True:
    with open('/proc/meminfo') as told:
        available = int(re.search(r'MemAvailable: +([0-9]+)', told.read()).group(1)) // 1024
    if available < least:
        sys.exit('the machine needs its memory itself')
    if not full and available > wanted:
        os.posix_fallocate(held, taken << 20, 256 << 20)
        taken += 256
        time.sleep(0.005)
    else:
        full = True
        print(taken, flush=True)
        time.sleep(0.1)
`;

/** Why no memory can be taken here, or false. */
export function noBalloon(): string | false {
  const there = Math.round(totalMb());
  return there < totalMbMin && `${there} MB of memory are too few to take half of it away`;
}

/** Settings that all nodes need for it; none where it is missing. */
export function balloonSettings(): Readonly<Record<string, number>> {
  return noBalloon() === false ? { memoryReserveMb: reserveMb() } : {};
}

export class Balloon {
  #megabytes = 0;

  private constructor(private readonly holder: ChildProcess) {
    holder.stdout?.on('data', (lines) => {
      this.#megabytes = Number(String(lines).trim().split('\n').at(-1));
    });
  }

  /** Resolves when the memory is taken. */
  static async inflate(): Promise<Balloon> {
    const bounds = [reserveMb() - belowReserveMb, leftMbMin].map(String);
    const holder = spawn('python3', ['-S', '-c', program, ...bounds], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const balloon = new Balloon(holder);
    const full = once(holder.stdout, 'data').then(() => true);
    const ended = once(holder, 'exit').then(() => false);
    const late = delay(inflateTimeoutMs, false, { ref: false });
    if (await Promise.race([full, ended, late])) return balloon;
    balloon.deflate();
    throw new Error('the memory could not be taken');
  }

  get megabytes(): number {
    return this.#megabytes;
  }

  /** The machine needed the memory itself, so it was given back early. */
  get burst(): boolean {
    return this.holder.exitCode !== null;
  }

  deflate(): void {
    this.holder.kill('SIGKILL');
  }
}

/** As a node sees it. */
const reading = hostMemory(systemClock);

function totalMb(): number {
  return (reading()?.totalBytes ?? 0) / megabyte;
}

function reserveMb(): number {
  return Math.floor(totalMb() * reserveShare);
}
