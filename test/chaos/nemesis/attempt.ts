/** One fault while it is done: whom it hits, and what is taken down of it for the record. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../../../src/lib/index.js';
import type { Arena, ArenaNode } from '../arena/types.js';
import { type Death, type FaultRecord, monotonicMs, type Probe } from '../records.js';
import type { Fault } from './types.js';
import type { Victims, Wanted } from './victims.js';

export class Attempt {
  readonly #nodes = new Set<number>();
  readonly #deaths: Death[] = [];
  readonly #probes: Probe[] = [];
  readonly #notes: string[] = [];
  readonly #oddities: string[] = [];
  readonly #questions: Promise<void>[] = [];
  #beganMs = monotonicMs();

  constructor(
    readonly arena: Arena,
    readonly random: Random,
    readonly victims: Victims,
    /** No other fault is done meanwhile, so what is seen is its own doing. */
    readonly isAlone: boolean,
  ) {}

  take(wanted: Wanted): ArenaNode {
    return this.#hit(this.victims.take(wanted, this.random));
  }

  takeNode(number: number): ArenaNode {
    return this.#hit(this.victims.takeNode(number));
  }

  /** For faults that hit everybody, or whoever comes their way. */
  hits(node: ArenaNode): void {
    this.#hit(node);
  }

  /** From now on something is wrong. */
  begins(): void {
    this.#beganMs = monotonicMs();
  }

  /** Waits for a random time between these. */
  async lasts(minMs: number, maxMs: number): Promise<void> {
    await delay(minMs + this.random.below(maxMs - minMs));
  }

  async kill(node: ArenaNode): Promise<void> {
    this.died(node.number, await node.kill());
  }

  /** To be called when it is gone. */
  died(who: Death['who'], atMs: number): void {
    this.#deaths.push({ who, atMs, goneMs: monotonicMs() });
  }

  note(text: string): void {
    this.#notes.push(text);
  }

  odd(text: string): void {
    this.#oddities.push(text);
  }

  probed(probe: Probe): void {
    this.#probes.push(probe);
  }

  /** The answer may come after the fault was mended; the record waits for it. */
  ask(question: Promise<void>): void {
    this.#questions.push(question.catch((error: unknown) => this.odd(String(error))));
  }

  async record(
    { name, kind }: Fault,
    moments: Pick<FaultRecord, 'mendedMs' | 'agreedMs'>,
  ): Promise<FaultRecord> {
    await Promise.all(this.#questions);
    return {
      name,
      kind,
      nodes: [...this.#nodes].sort((one, other) => one - other),
      master: this.victims.roles.master,
      beganMs: this.#beganMs,
      ...moments,
      deaths: this.#deaths,
      probes: this.#probes.sort((one, other) => one.atMs - other.atMs),
      notes: this.#notes,
      oddities: this.#oddities,
    };
  }

  #hit(node: ArenaNode): ArenaNode {
    this.#nodes.add(node.number);
    return node;
  }
}
