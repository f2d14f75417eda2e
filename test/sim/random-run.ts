/** One random run under one seed: a cluster of random size and clocks, harm, and what must hold after it. */
import { strict as assert } from 'node:assert';
import { looksTheSame } from '../../src/gossip/member-order.js';
import { seededRandom } from '../../src/lib/index.js';
import { Nemesis } from './nemesis.js';
import { SimulatedNetwork } from './network.js';

const secret = Buffer.from('a secret of the simulator');

/**
 * After all is mended, everybody's list must look the same, and be true, within this: a last victim may
 * have to be found, and its suspicion may run its full length (6 s at 40 nodes) unconfirmed ...
 */
const agreeWithinMs = 15_000;
/** ... and be the same word for word when everybody has had a full sync. */
const equalWithinMs = 60_000;

export interface RunResult {
  readonly trace: string;
  readonly simulatedMs: number;
  /** From the end of all faults until all views were equal and true. */
  readonly agreedAfterMs: number;
}

/** Throws an error that tells what was done, where an invariant breaks or the views do not agree. */
export function randomRun(seed: number): RunResult {
  const random = seededRandom(seed);
  const size = random.next() < 0.5 ? 3 + random.below(6) : 9 + random.below(32);
  const network = new SimulatedNetwork(random.below(2 ** 32), {
    secret: size < 9 ? secret : null,
    tickJitterMs: random.next() < 0.5 ? 0 : random.next() * 20,
    clockDrift: random.next() < 0.5 ? 0.0001 : 0.01,
    clockOriginMs: 1e9,
  });
  network.converged(size);
  const nemesis = new Nemesis(network, random);
  try {
    network.run(30_000 + random.next() * (size < 9 ? 120_000 : 60_000));
    nemesis.mend();
    const agreedAfterMs = network.until(agreeWithinMs, () => agreed(network), 50);
    network.until(equalWithinMs, () => network.viewsEqual(), 50);
    network.run(5000);
    assert(agreed(network), `views that agreed do not stay so:\n${network.describe()}`);
    return { trace: network.trace, simulatedMs: network.nowMs, agreedAfterMs };
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    const done = nemesis.log.slice(-60).join('\n');
    throw new Error(`${what}\nat ${network.nowMs.toFixed(0)} ms, after:\n${done}`, {
      cause: error,
    });
  }
}

/** All views look equal, and true: who runs is alive in its latest life, and who has ended is not. */
function agreed(network: SimulatedNetwork): boolean {
  const [viewer] = network.running();
  if (viewer === undefined) return true;
  const right = network.nodes.every((node) => {
    const seen = viewer.member(node.id);
    if (node.alive) return seen?.status === 'alive' && seen.generation === node.generation;
    return seen?.status !== 'alive' && seen?.status !== 'suspect';
  });
  return right && network.viewsEqual(looksTheSame);
}
