/** What goes wrong while clients write and read: each fault begins, lasts, and is mended again. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../../../src/lib/index.js';
import { between, type Direction } from '../netns/network.js';
import type { Stage } from './stage.js';
import type { StageNode } from './stage-node.js';

type Fault = (stage: Stage, random: Random) => Promise<void>;

const pauseMinMs = 300;
const pauseMaxMs = 3000;
const cutMinMs = 500;
const cutMaxMs = 3500;
const deadMaxMs = 1500;
const restMaxMs = 1200;

/** Those that need no network of their own. */
const onProcesses: Readonly<Record<string, Fault>> = {
  'kill the leader': async (stage, random) => restarted([await stage.leader()], random),
  'kill one': (stage, random) => restarted([oneOf(stage.nodes, random)], random),
  'kill all': (stage, random) => restarted(stage.nodes, random),
  'stop the leader for a while': async (stage, random) => paused(await stage.leader(), random),
  'stop one for a while': (stage, random) => paused(oneOf(stage.nodes, random), random),
  'wipe a log': async (stage, random) => {
    await stage.sound();
    await restarted([oneOf(stage.nodes, random)], random, (node) => node.wipeLog());
  },
  'damage a log': async (stage, random) => {
    await stage.sound();
    const node = oneOf(stage.nodes, random);
    const before = await node.putAside();
    await restarted([node], random, () => node.damageLog());
    const after = await node.putAside();
    if (after.every((name) => before.includes(name))) {
      throw new Error(`node ${node.number} has not noticed that its log is damaged\n${node.log}`);
    }
  },
};

const onNetwork: Readonly<Record<string, Fault>> = {
  'cut the leader off': async (stage, random) => {
    const { number } = await stage.leader();
    await cut(stage, between([number], others(stage, number)), random);
  },
  'cut into a majority and a minority': async (stage, random) => {
    const numbers = random.shuffled(stage.nodes.map((node) => node.number));
    const minority = 1 + random.below((numbers.length - 1) >> 1);
    await cut(stage, between(numbers.slice(0, minority), numbers.slice(minority)), random);
  },
  'let nobody hear the leader': async (stage, random) => {
    const { number } = await stage.leader();
    await cut(stage, towards(number, others(stage, number)), random);
  },
  'let the leader hear nobody': async (stage, random) => {
    const { number } = await stage.leader();
    await cut(stage, from(number, others(stage, number)), random);
  },
  'cut one way between two': async (stage, random) => {
    const [one = 1, other = 2] = random.shuffled(stage.nodes.map((node) => node.number));
    await cut(stage, [[one, other]], random);
  },
  'cut the leader off and kill another': async (stage, random) => {
    const { number } = await stage.leader();
    const other = oneOf(others(stage, number), random);
    await Promise.all([
      cut(stage, between([number], others(stage, number)), random),
      restarted([stage.node(other)], random),
    ]);
  },
};

/** Does one fault after the other until `endMs` (wall clock); returns what it has done. */
export async function nemesis(stage: Stage, random: Random, endMs: number): Promise<string[]> {
  const faults = stage.network === null ? onProcesses : { ...onProcesses, ...onNetwork };
  const done: string[] = [];
  for (;;) {
    // each once, in any order, before any comes again
    for (const name of random.shuffled(Object.keys(faults))) {
      if (Date.now() >= endMs) return done;
      const beganMs = Date.now();
      await faults[name]?.(stage, random);
      done.push(`${name} (${Date.now() - beganMs} ms)`);
      await delay(random.below(restMaxMs));
    }
  }
}

async function restarted(
  nodes: readonly StageNode[],
  random: Random,
  meanwhile: (node: StageNode) => Promise<void> = async () => {},
): Promise<void> {
  await Promise.all(nodes.map((node) => node.end('SIGKILL')));
  await Promise.all(nodes.map(meanwhile));
  await delay(random.below(deadMaxMs));
  await Promise.all(nodes.map((node) => node.start()));
}

async function paused(node: StageNode, random: Random): Promise<void> {
  node.signal('SIGSTOP');
  await delay(pauseMinMs + random.below(pauseMaxMs - pauseMinMs));
  node.signal('SIGCONT');
}

async function cut(stage: Stage, directions: readonly Direction[], random: Random): Promise<void> {
  await stage.network?.cut(directions);
  await delay(cutMinMs + random.below(cutMaxMs - cutMinMs));
  await stage.network?.heal();
}

function others(stage: Stage, number: number): number[] {
  return stage.nodes.map((node) => node.number).filter((other) => other !== number);
}

function towards(number: number, some: readonly number[]): Direction[] {
  return some.map((other): Direction => [number, other]);
}

function from(number: number, some: readonly number[]): Direction[] {
  return some.map((other): Direction => [other, number]);
}

function oneOf<Item>(items: readonly Item[], random: Random): Item {
  return items[random.below(items.length)] as Item;
}
