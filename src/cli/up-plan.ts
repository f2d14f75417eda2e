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
}

export interface PlannedNode {
  /** From 1. */
  readonly number: number;
  readonly http: string;
  readonly cluster: string;
  readonly dataDir: string;
  readonly logFile: string;
  readonly secretFile: string;
  readonly sandbox: SandboxKind;
  readonly join: readonly string[];
}

export interface UpPlan {
  readonly nodes: readonly PlannedNode[];
  /** Node 1 creates a new cluster and the others join it. */
  readonly founds: boolean;
}

type Ports = Pick<UpOptions, 'nodes' | 'http'>;

export const upHost = '127.0.0.1';
const clusterPortOffset = 1000;
const portMax = 65_535;

/** `present`: names in the data directory. Throws where the options contradict it. */
export function planUp(options: UpOptions, present: readonly string[]): UpPlan {
  const known = present.filter((name) => /^node-[1-9]\d*$/.test(name));
  const beyond = known.filter((name) => Number(name.slice(5)) > options.nodes);
  if (beyond.length > 0) {
    throw new CommandFailure(
      `${options.data} holds a cluster of ${known.length} nodes; start it with --nodes ` +
        `${known.length} or choose another --data.`,
    );
  }
  const founds = known.length === 0;
  const numbers = Array.from({ length: options.nodes }, (_, index) => index + 1);
  const clusterAddress = (number: number) =>
    `${upHost}:${options.http + clusterPortOffset + number}`;
  const nodes = numbers.map((number): PlannedNode => {
    const others = numbers.filter((other) => other !== number).map(clusterAddress);
    return {
      number,
      http: `${upHost}:${options.http + number}`,
      cluster: clusterAddress(number),
      dataDir: join(options.data, `node-${number}`),
      logFile: join(options.data, `node-${number}.log`),
      secretFile: join(options.data, 'secret'),
      sandbox: options.sandbox,
      join: !founds ? others : number === 1 ? [] : [clusterAddress(1)],
    };
  });
  return { nodes, founds };
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
    ...(node.join.length === 0 ? [] : ['--join', node.join.join(',')]),
  ];
}

/** Throws a usage failure where the numbers are out of range. */
export function checkUpOptions({ nodes, http }: Ports): void {
  if (nodes < 1 || nodes > limits.upNodesMax) {
    throw usageFailure(`--nodes is ${nodes}; give a number from 1 to ${limits.upNodesMax}.`);
  }
  const highest = portMax - clusterPortOffset - nodes;
  if (http < 1 || http > highest) {
    throw usageFailure(
      `--http is ${http}; with ${nodes} nodes give a port from 1 to ${highest} (node i also uses ` +
        `--http + i and --http + ${clusterPortOffset} + i).`,
    );
  }
}

export function neededPorts({ nodes, http }: Ports): NeededPort[] {
  const ports: NeededPort[] = [{ port: http, protocol: 'tcp', use: 'HTTP of the balancer' }];
  for (let number = 1; number <= nodes; number++) {
    const cluster = http + clusterPortOffset + number;
    ports.push({ port: http + number, protocol: 'tcp', use: `HTTP of node ${number}` });
    ports.push({ port: cluster, protocol: 'tcp', use: `gRPC of node ${number}` });
    ports.push({ port: cluster, protocol: 'udp', use: `gossip of node ${number}` });
  }
  return ports;
}
