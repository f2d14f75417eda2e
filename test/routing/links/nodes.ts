/** Nodes with their links on real HTTP servers on loopback. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { type Clock, silentLogger, systemClock } from '../../../src/lib/index.js';
import {
  type ForwardCall,
  type ForwardHandler,
  type ForwardReply,
  PeerLinks,
  type PeerLinksOptions,
} from '../../../src/routing/index.js';
import {
  type ClusterView,
  type InvocationOutcome,
  type NodeId,
  type NodeView,
  nodeId,
  requestId,
} from '../../../src/types/index.js';

export const secretA = Buffer.from('secret-a-0123456789abcdef');
export const secretB = Buffer.from('secret-b-0123456789abcdef');

/** For tests that are not about time: the machine may be busy. */
export const patient = { patienceMs: 5000, dialMs: 5000, handshakeMs: 5000 };

export interface NodeOptions extends Partial<Omit<PeerLinksOptions, 'self'>> {
  readonly clock?: Clock;
}

export class LinkNode {
  readonly id: NodeId;
  readonly links: PeerLinks;
  readonly #server: Server = createServer((_request, response) => response.end('no link'));
  http = '';
  /** What others forwarded here. */
  readonly calls: ForwardCall[] = [];
  handle: ForwardHandler = async () => ran('fine');

  constructor(name: string, options: NodeOptions) {
    this.id = nodeId(name.repeat(32));
    this.links = new PeerLinks(
      {
        clock: options.clock ?? systemClock,
        logger: silentLogger,
        handle: (call) => {
          this.calls.push(call);
          return this.handle(call);
        },
      },
      {
        self: () => this.id,
        secrets: options.secrets ?? [],
        encrypted: options.encrypted ?? false,
        timings: options.timings ?? patient,
      },
    );
    this.#server.on('upgrade', (request, socket, head) => this.links.accept(request, socket, head));
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.http = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.close();
    await this.links.stop(0);
  }

  /** Tells it of the others, alive unless said otherwise. */
  sees(...others: readonly (Pick<NodeView, 'id' | 'http'> & Partial<NodeView>)[]): void {
    this.links.viewChanged(viewOf(this.id, others));
  }

  forward(to: { id: NodeId }, call: Partial<ForwardCall> & { body?: Uint8Array } = {}) {
    return this.links.forward(to.id, callOf(call.body ?? Buffer.from('{}'), call));
  }
}

/** Listening nodes with ids aaa..., bbb..., each told of all others; closed when the test ends. */
export async function linkNodes(
  t: TestContext,
  ...all: readonly NodeOptions[]
): Promise<LinkNode[]> {
  const nodes = all.map((options, index) => new LinkNode('abcdef'.charAt(index), options));
  await Promise.all(nodes.map((node) => node.listen()));
  for (const node of nodes) node.sees(...nodes.filter((other) => other !== node));
  t.after(() => Promise.all(nodes.map((node) => node.close())));
  return nodes;
}

export async function twoNodes(
  t: TestContext,
  one: NodeOptions = {},
  other: NodeOptions = one,
): Promise<[LinkNode, LinkNode]> {
  return (await linkNodes(t, one, other)) as [LinkNode, LinkNode];
}

export function viewOf(
  self: NodeId,
  others: readonly (Pick<NodeView, 'id' | 'http'> & Partial<NodeView>)[],
): ClusterView {
  const nodes = others.map(
    ({ id, http, status = 'alive', degraded = false }): NodeView => ({
      id,
      rank: 1,
      role: 'worker',
      status,
      http,
      cluster: http,
      release: 'test',
      joinedAt: 1,
      load: 0,
      waiting: 0,
      freeMemoryMb: 0,
      degraded,
      cohort: 0,
    }),
  );
  return { self, master: null, leader: null, term: 1, quorum: true, voters: [], nodes };
}

export function callOf(
  payload: Uint8Array,
  { invocation, revision = 7, timeoutMs = 10_000, place = false }: Partial<ForwardCall> = {},
): ForwardCall {
  return {
    invocation: {
      requestId: requestId('01234567-89ab-4def-8123-456789abcdef'),
      functionName: 'thumbnail',
      qualifier: '$LATEST',
      invokedAs: 'live',
      payload,
      traceId: 'Root=1-2-3',
      clientContext: '{"a":"ü"}',
      caller: 'AKIAEXAMPLE',
      hops: 1,
      ...invocation,
    },
    revision,
    timeoutMs,
    place,
  };
}

const printed = (): Uint8Array => Buffer.from('START');

export function ran(payload: string | Uint8Array): ForwardReply & { kind: 'ran' } {
  const outcome: InvocationOutcome = {
    payload: Buffer.from(payload),
    streamed: false,
    functionError: false,
    executedVersion: '$LATEST',
    start: 'warm',
    durationMs: 1.5,
    logTail: printed,
  };
  return { kind: 'ran', outcome };
}

/** A promise to be settled by hand. */
export class Gate<Value> {
  open: (value: Value) => void = () => {};
  readonly passed = new Promise<Value>((resolve) => {
    this.open = resolve;
  });
}
