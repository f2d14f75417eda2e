/**
 * Does harm at random moments, under a seed: processes stall, die, fall silent, leave and start again,
 * also elsewhere or on the address of another; links lose, double and slow down; parts of the cluster are
 * cut off, also in one direction only. In the end it mends everything that can be mended.
 */
import type { Random } from '../../src/lib/index.js';
import { lan } from './link.js';
import type { SimulatedNetwork, SimulatedNode } from './network.js';

type Fault = (nemesis: Nemesis, random: Random) => void;

/** How many more nodes than at the start there may ever be, the ended ones included. */
const newcomersMax = 10;

export class Nemesis {
  /** What was done when, for whoever reads a failed run. */
  readonly log: string[] = [];
  readonly #faults: readonly Fault[];
  readonly #pauseMs: number;
  #active = true;
  #nextNumber: number;
  #lastNumber: number;
  #nextHost = 1;
  #cut: ((from: SimulatedNode, to: SimulatedNode) => boolean)[] = [];

  constructor(
    readonly network: SimulatedNetwork,
    private readonly random: Random,
  ) {
    this.#nextNumber = network.nodes.length + 1;
    this.#lastNumber = network.nodes.length + newcomersMax;
    // Some runs know a few of the faults only, so that each meets a cluster that is otherwise well.
    const known = faults.filter(() => random.next() < 0.6);
    this.#faults = known.length > 0 ? known : faults;
    this.#pauseMs = 300 + random.next() * 4000;
    network.passes = (from, to) => this.#cut.every((blocks) => !blocks(from, to));
    this.#planNext();
  }

  /** Ends all faults. Who is dead stays so. */
  mend(): void {
    this.note('all is mended');
    this.#active = false;
    this.#cut = [];
    this.network.link = lan;
    for (const node of this.network.nodes) this.network.resume(node);
  }

  /** Later, unless all has been mended before. */
  later(afterMs: number, what: string, run: () => void): void {
    this.network.plan(afterMs, () => {
      if (!this.#active) return;
      this.note(what);
      run();
    });
  }

  /** A running node; null where too few would be left. */
  victim(): SimulatedNode | null {
    const running = this.network.nodes.filter(({ state }) => state === 'running');
    return running.length > 2 ? (running[this.random.below(running.length)] ?? null) : null;
  }

  /** Starts the next life of a node, or a new one, that knows all the running ones. */
  start(node: SimulatedNode | null, address: string | null): void {
    const seeds = this.network.running().filter((other) => other !== node);
    const taken = seeds.some((other) => other.address === (address ?? node?.address));
    const where = taken ? this.newAddress() : (address ?? node?.address ?? this.newAddress());
    if (node !== null) this.network.restart(node, seeds, { address: where });
    else if (this.#nextNumber <= this.#lastNumber) {
      this.network.join(this.network.add(this.#nextNumber++, { address: where }), ...seeds);
    }
  }

  newAddress(): string {
    return `10.200.0.${this.#nextHost++}:7000`;
  }

  block(forMs: number, what: string, blocks: (from: string, to: string) => boolean): void {
    this.note(what);
    const cut = (from: SimulatedNode, to: SimulatedNode) => blocks(from.address, to.address);
    this.#cut.push(cut);
    this.later(forMs, `${what}: over`, () => {
      this.#cut = this.#cut.filter((other) => other !== cut);
    });
  }

  did(node: SimulatedNode, what: string): void {
    this.note(`${Number.parseInt(node.id.slice(-8), 16)} (${node.address}) ${what}`);
  }

  #planNext(): void {
    this.network.plan(this.random.next() * 2 * this.#pauseMs, () => {
      if (!this.#active) return;
      this.#faults[this.random.below(this.#faults.length)]?.(this, this.random);
      this.#planNext();
    });
  }

  note(what: string): void {
    this.log.push(`${this.network.nowMs.toFixed(0)} ms: ${what}`);
  }
}

const between = (random: Random, low: number, high: number): number =>
  low + random.next() * (high - low);

/** One way to end, and whatever comes after it. */
function ends(what: string, end: (network: SimulatedNetwork, node: SimulatedNode) => void): Fault {
  return (nemesis, random) => {
    const node = nemesis.victim();
    if (node === null) return;
    nemesis.did(node, what);
    end(nemesis.network, node);
    const choice = random.next();
    const afterMs = random.next() < 0.5 ? between(random, 50, 500) : between(random, 500, 20_000);
    const elsewhere = random.next() < 0.3 ? nemesis.newAddress() : null;
    if (choice < 0.65) {
      nemesis.later(afterMs, `${what}: starts again`, () => nemesis.start(node, elsewhere));
    } else if (choice < 0.85) {
      nemesis.later(afterMs, `${what}: another takes ${node.address}`, () =>
        nemesis.start(null, node.address),
      );
    }
  };
}

const stalls: Fault = (nemesis, random) => {
  const node = nemesis.victim();
  if (node === null) return;
  const forMs = random.next() < 0.6 ? between(random, 50, 800) : between(random, 800, 15_000);
  nemesis.did(node, `stalls for ${forMs.toFixed(0)} ms`);
  nemesis.network.stall(node);
  nemesis.later(forMs, 'a stall is over', () => nemesis.network.resume(node));
};

const partitions: Fault = (nemesis, random) => {
  const share = random.next();
  const camp = new Set(
    nemesis.network.nodes.filter(() => random.next() < share).map(({ address }) => address),
  );
  const oneWay = random.next() < 0.3;
  const what = `${camp.size} nodes cut off${oneWay ? ' in one direction' : ''}`;
  nemesis.block(between(random, 200, 15_000), what, (from, to) => {
    return camp.has(from) ? !camp.has(to) : !oneWay && camp.has(to);
  });
};

const cutsLink: Fault = (nemesis, random) => {
  const [one, other] = [nemesis.victim(), nemesis.victim()];
  if (one === null || other === null) return;
  const what = `nothing from ${one.address} to ${other.address}`;
  nemesis.block(between(random, 500, 20_000), what, (from, to) => {
    return from === one.address && to === other.address;
  });
};

const spoilsLinks: Fault = (nemesis, random) => {
  const link = {
    latencyMs: between(random, 0.2, 40),
    tailMs: between(random, 0.1, 30),
    loss: random.next() < 0.5 ? 0 : random.next() * 0.3,
    duplication: random.next() < 0.5 ? 0 : random.next() * 0.3,
  };
  nemesis.network.link = link;
  nemesis.note(`links: ${JSON.stringify(link)}`);
  nemesis.later(between(random, 500, 20_000), 'links are well', () => {
    nemesis.network.link = lan;
  });
};

const speaks: Fault = (nemesis, random) => {
  const node = nemesis.victim();
  const meta = node?.member(node.id)?.meta;
  if (node === null || meta === undefined) return;
  const joinedAt = random.below(1000);
  const cohort = random.below(10);
  nemesis.did(node, `says that it joined at ${joinedAt}, in cohort ${cohort}`);
  nemesis.network.step(node, (core, nowMs) => core.setMeta({ ...meta, joinedAt, cohort }, nowMs));
};

const faults: readonly Fault[] = [
  ends('is killed', (network, node) => network.kill(node)),
  ends('falls silent', (network, node) => network.silence(node)),
  ends('leaves', (network, node) => network.leave(node)),
  stalls,
  stalls,
  partitions,
  cutsLink,
  spoilsLinks,
  speaks,
];
