/**
 * Which processes `hearth up` starts and with what: pure, from its options and from what an earlier run
 * left in the data directory.
 */
import { join } from 'node:path';
import { limits, type SandboxKind } from '../types/index.js';
import { CommandFailure, usageFailure } from './failure.js';
import type { NeededPort } from './ports.js';

export interface UpOptions {
  readonly nodes: number;
  /** Port of the balancer; node i answers on this plus i. */
  readonly http: number;
  readonly sandbox: SandboxKind;
  /** Data directory; the caller made it. */
  readonly data: string;
  /** Where new releases come from: a directory, the address of a manifest, or an image. */
  readonly releases?: string;
  /** Who may sign them. */
  readonly releaseKey?: readonly string[];
}

/** What a run notes for the next one, in the data directory. */
export interface UpMemory {
  readonly nodes: number;
  /** When a node was seen to run in each place, by its name. */
  readonly lastRanMs: Readonly<Record<string, number>>;
}

export interface PlannedNode {
  /** From 1. */
  readonly number: number;
  readonly http: string;
  readonly cluster: string;
  readonly dataDir: string;
  readonly logFile: string;
  readonly secretFile: string;
  readonly configFile: string;
  readonly sandbox: SandboxKind;
  readonly join: readonly string[];
  /** The program of another release, where not this one runs there. */
  readonly program?: string;
}

export interface UpPlan {
  /** All of them, also the spare one. */
  readonly places: readonly PlannedNode[];
  readonly nodes: readonly PlannedNode[];
  /** Node 1 creates a new cluster and the others join it. */
  readonly founds: boolean;
}

type Ports = Pick<UpOptions, 'nodes' | 'http'>;

export const upHost = '127.0.0.1';
const clusterPortOffset = 1000;
const portMax = 65_535;

/**
 * `present`: names in the data directory; `memory`: what an earlier run noted there, null where it noted nothing. There
 * is one place more than nodes: a rollout starts the first new node there, and leaves free another one at its end.
 * Throws where the options contradict what is there.
 */
export function planUp(
  options: UpOptions,
  present: readonly string[],
  memory: UpMemory | null = null,
): UpPlan {
  const known = present
    .filter((name) => /^node-[1-9]\d*$/.test(name))
    .map((name) => Number(name.slice(5)));
  const held = memory?.nodes ?? known.length;
  if (held > options.nodes || known.some((number) => number > options.nodes + 1)) {
    throw new CommandFailure(
      `${options.data} holds a cluster of ${held} nodes; start it with --nodes ${held} or choose ` +
        'another --data.',
    );
  }
  const founds = known.length === 0;
  const numbers = Array.from({ length: options.nodes + 1 }, (_, index) => index + 1);
  const running = membersAmong(numbers, options.nodes, known, memory);
  const clusterAddress = (number: number) =>
    `${upHost}:${options.http + clusterPortOffset + number}`;
  const places = numbers.map((number): PlannedNode => {
    const others = running.filter((other) => other !== number).map(clusterAddress);
    return {
      number,
      http: `${upHost}:${options.http + number}`,
      cluster: clusterAddress(number),
      dataDir: join(options.data, `node-${number}`),
      logFile: join(options.data, `node-${number}.log`),
      secretFile: join(options.data, 'secret'),
      configFile: join(options.data, 'node.json'),
      sandbox: options.sandbox,
      join: !founds ? others : number === 1 ? [] : [clusterAddress(1)],
    };
  });
  return { places, nodes: places.filter(({ number }) => running.includes(number)), founds };
}

/**
 * Which places hold the cluster: where nodes ran last. More than `nodes` of them ran in the middle of a rollout, and
 * all go on; fewer are filled up.
 */
function membersAmong(
  numbers: readonly number[],
  nodes: number,
  known: readonly number[],
  memory: UpMemory | null,
): readonly number[] {
  if (memory === null) return numbers.slice(0, nodes);
  const ranMs = (number: number): number =>
    known.includes(number) ? (memory.lastRanMs[`node-${number}`] ?? 0) : 0;
  const newestMs = Math.max(...numbers.map(ranMs));
  const order = [...numbers].sort((a, b) => ranMs(b) - ranMs(a) || a - b);
  const last = order.filter((number) => newestMs > 0 && ranMs(number) === newestMs);
  return order.slice(0, Math.max(nodes, last.length)).sort((a, b) => a - b);
}

/** The configuration of every node: what the caller says of all, and how the cluster brings itself to another release. */
export function nodeSettings(
  plan: UpPlan,
  options: UpOptions,
  given: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const places = plan.places.map(({ http, cluster, dataDir: data, number }) => {
    return { name: `node-${number}`, http, cluster, data };
  });
  const releases = join(options.data, 'releases');
  const { releases: source, releaseKey: keys } = options;
  const rollout = {
    ...(typeof given.rollout === 'object' ? given.rollout : {}),
    provider: { kind: 'process', places, releases },
    ...(source === undefined ? {} : { source }),
    ...(keys === undefined ? {} : { keys }),
  };
  return { ...given, rollout };
}

/** The arguments of `hearth` for one node. */
export function nodeArguments(node: PlannedNode): string[] {
  return [
    'node',
    ...['--data', node.dataDir],
    ...['--http', node.http],
    ...['--cluster', node.cluster],
    ...['--secret-file', node.secretFile],
    ...['--sandbox', node.sandbox],
    ...['--config', node.configFile],
    ...(node.join.length === 0 ? [] : ['--join', node.join.join(',')]),
  ];
}

/** Throws a usage failure where the numbers are out of range. */
export function checkUpOptions({ nodes, http }: Ports): void {
  if (nodes < 1 || nodes > limits.upNodesMax) {
    throw usageFailure(`--nodes is ${nodes}; give a number from 1 to ${limits.upNodesMax}.`);
  }
  const highest = portMax - clusterPortOffset - nodes - 1;
  if (http < 1 || http > highest) {
    throw usageFailure(
      `--http is ${http}; with ${nodes} nodes give a port from 1 to ${highest} (node i also uses ` +
        `--http + i and --http + ${clusterPortOffset} + i, and there is one place more than nodes).`,
    );
  }
}

export function neededPorts({ nodes, http }: Ports): NeededPort[] {
  const ports: NeededPort[] = [{ port: http, protocol: 'tcp', use: 'HTTP of the balancer' }];
  for (let number = 1; number <= nodes + 1; number++) {
    const cluster = http + clusterPortOffset + number;
    const node = number <= nodes ? `node ${number}` : `node ${number}, the spare one of rollouts`;
    ports.push({ port: http + number, protocol: 'tcp', use: `HTTP of ${node}` });
    ports.push({ port: cluster, protocol: 'tcp', use: `gRPC of ${node}` });
    ports.push({ port: cluster, protocol: 'udp', use: `gossip of ${node}` });
  }
  return ports;
}
