/**
 * The machines of an arena: a network namespace for each node and one for the clients, where this system lets us
 * make them; else one loopback with ports for all.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Target } from '../../e2e/asking.js';
import { freePorts } from '../../e2e/cluster-harness.js';
import { Doors } from '../../e2e/netns/door.js';
import { Network, noNetwork } from '../../e2e/netns/network.js';
import { openDirectory, remove } from '../../e2e/netns/traces.js';
import type { BalancerName } from '../records.js';

/** Where somebody listens. */
export interface Place {
  /** `host:port`, as the clients' machine reaches it. */
  readonly address: string;
  /** How this process reaches it. */
  readonly target: Target;
  /** What stands before a command that runs there. */
  readonly enter: readonly string[];
}

export interface NodePlace extends Place {
  readonly number: number;
  /** The address that other nodes dial. */
  readonly cluster: string;
}

export interface Ground {
  readonly directory: string;
  readonly secretFile: string;
  readonly secret: Uint8Array;
  /** Null on the loopback. */
  readonly network: Network | null;
  readonly enterClients: readonly string[];
  readonly nodes: readonly NodePlace[];
  readonly balancers: Readonly<Record<BalancerName, Place>>;
  /** Ends whatever is left there, and removes all of it. */
  close(): void;
}

const httpPort = 8080;
const clusterPort = 7000;
const balancerPorts = { nginx: 8081, haproxy: 8082 } as const;

export async function openGround(size: number): Promise<Ground> {
  const ground = await (noNetwork() === false ? namespaces(size) : loopback(size));
  chmodSync(ground.directory, passableMode);
  return ground;
}

async function namespaces(size: number): Promise<Ground> {
  const network = await Network.open(size, 1);
  const { directory } = network;
  const enterClients = network.enter(size + 1);
  const doors = new Map<string, string>();
  const place = (name: string, address: string, enter: readonly string[]): Place => {
    const socketPath = join(directory, `door-${name}`);
    doors.set(socketPath, address);
    return { address, target: { socketPath }, enter };
  };
  const nodes = numbersTo(size).map((number) => ({
    ...place(String(number), `${network.address(number)}:${httpPort}`, network.enter(number)),
    number,
    cluster: `${network.address(number)}:${clusterPort}`,
  }));
  const balancer = (name: BalancerName): Place =>
    place(name, `127.0.0.1:${balancerPorts[name]}`, enterClients);
  const balancers = { nginx: balancer('nginx'), haproxy: balancer('haproxy') };
  const opened = new Doors();
  await opened.open(enterClients, doors);
  const close = (): void => {
    opened.close();
    network.close();
  };
  return { directory, ...makeSecret(directory), network, enterClients, nodes, balancers, close };
}

async function loopback(size: number): Promise<Ground> {
  const directory = openDirectory();
  const [port, balancerPort] = [await freePorts(), await freePorts()];
  const place = (at: number): Place => ({
    address: `127.0.0.1:${at}`,
    target: { host: '127.0.0.1', port: at },
    enter: [],
  });
  const nodes = numbersTo(size).map((number) => ({
    ...place(port + number),
    number,
    cluster: `127.0.0.1:${port + 1000 + number}`,
  }));
  const balancers = { nginx: place(balancerPort), haproxy: place(balancerPort + 1) };
  const close = (): void => remove(process.pid);
  const secret = makeSecret(directory);
  return { directory, ...secret, network: null, enterClients: [], nodes, balancers, close };
}

function makeSecret(directory: string): Pick<Ground, 'secretFile' | 'secret'> {
  const secretFile = join(directory, 'secret');
  const text = randomBytes(32).toString('hex');
  writeFileSync(secretFile, `${text}\n`, { mode: 0o600 });
  return { secretFile, secret: Buffer.from(text, 'latin1') };
}

/** Other users may pass, for sandboxes in namespaces are other users; they see nothing of what they do not know. */
const passableMode = 0o711;

/** A directory of the ground for what belongs to one node or balancer. */
export function directoryFor(ground: Pick<Ground, 'directory'>, name: string): string {
  const path = join(ground.directory, name);
  mkdirSync(path);
  chmodSync(path, passableMode);
  return path;
}

function numbersTo(size: number): number[] {
  return Array.from({ length: size }, (_, index) => index + 1);
}
