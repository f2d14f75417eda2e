/** An ingress over fakes, and requests to it in process: no socket, no clock but a simulated one. */

import { LogReader, LogStore } from '../../src/agent/index.js';
import { Streams } from '../../src/events/index.js';
import { BodyTooLargeError, splitTarget } from '../../src/ingress/http/http.js';
import {
  type Health,
  Ingress,
  type IngressDeps,
  type IngressOptions,
  type IngressRequest,
  type Reply,
} from '../../src/ingress/index.js';
import { SimulatedClock, silentLogger } from '../../src/lib/index.js';
import type { RoutedOutcome } from '../../src/routing/index.js';
import {
  type ClusterView,
  type Invocation,
  type NodeId,
  noCapacity,
  nodeId,
} from '../../src/types/index.js';
import { type FakeWorkflows, fakeWorkflows } from '../workflow/service/fake-workflows.js';
import { FakeCatalog } from './fake-catalog.js';
import { FakeEvents } from './fake-events.js';
import { FakeRollout } from './fake-rollout.js';

export const self = nodeId('a'.repeat(32));
export const other = nodeId('b'.repeat(32));
/** The smallest zip: an end of central directory with no entries. */
export const zip = Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(18)]);

export const clusterSecret = Buffer.from('the secret of the cluster');

export const view: ClusterView = {
  self,
  master: self,
  leader: null,
  term: 3,
  quorum: true,
  voters: [self],
  nodes: [
    {
      id: self,
      rank: 0,
      role: 'master',
      status: 'alive',
      http: '127.0.0.1:8081',
      cluster: '127.0.0.1:7081',
      release: '0.1.0',
      joinedAt: 1,
      load: 0.25,
      waiting: 0,
      freeMemoryMb: 0,
      degraded: false,
      cohort: 0,
    },
  ],
};

export interface Harness {
  readonly ingress: Ingress;
  readonly catalog: FakeCatalog;
  readonly events: FakeEvents;
  /** A cluster of one. */
  readonly streams: Streams;
  readonly workflows: FakeWorkflows;
  readonly clock: SimulatedClock;
  readonly deps: IngressDeps;
  readonly invocations: Invocation[];
  /** What the next invocations answer; a thrown error is the router's. */
  answer: (invocation: Invocation) => Promise<RoutedOutcome> | RoutedOutcome;
  health: Health;
  /** What requests wait for while the node starts. */
  begun: Promise<void> | null;
  /** Lines of the audit, in the order in which they came. */
  readonly audit: string[];
  call(method: string, target: string, init?: CallInit): Promise<Answer>;
}

export interface CallInit {
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes and text as they are, anything else as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** The node that asks, as it has proven. */
  readonly peer?: NodeId;
}

export interface Answer {
  readonly status: number;
  readonly headers: Reply['headers'];
  readonly body: Buffer;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
  json(): any;
}

export const options: IngressOptions = {
  http: { host: '127.0.0.1', port: 0 },
  release: '0.1.0',
  authenticate: false,
  runtimes: { supported: ['nodejs20.x', 'python3.11'] },
};

export function outcome(payload: unknown, more: Partial<RoutedOutcome> = {}): RoutedOutcome {
  return {
    payload: Buffer.from(JSON.stringify(payload) ?? 'null'),
    streamed: false,
    functionError: false,
    executedVersion: '$LATEST',
    start: 'warm',
    durationMs: 1.5,
    logTail: () => Buffer.from('START\nEND\n'),
    node: other,
    hops: 1,
    ...more,
  };
}

export function makeHarness(): Harness {
  return harnessWith(options);
}

/** One whose callers have to say who they are. */
export function guardedHarness(): Harness {
  return harnessWith({ ...options, authenticate: true });
}

function harnessWith(options: IngressOptions): Harness {
  const catalog = new FakeCatalog();
  const events = new FakeEvents();
  const clock = new SimulatedClock();
  const workflows = fakeWorkflows(clock);
  const invocations: Invocation[] = [];
  let index = 0;
  const streams: Streams = new Streams({
    propose: async (command) => {
      streams.apply(++index, command);
      return index;
    },
    catchUp: async () => true,
    clock,
  });
  const secret = { current: 'whsec_new', previous: 'whsec_old', sinceMs: clock.wallMs() };
  // never started: it keeps nothing, and has nothing to tell
  const store = new LogStore({ clock, logger: silentLogger }, { directory: '', bytesMax: 1 });
  const deps: IngressDeps = {
    catalog,
    clock,
    logger: silentLogger,
    view: () => view,
    health: () => harness.health,
    begun: () => harness.begun,
    metrics: () => 'hearth_below_total 1\n',
    invoke: async (invocation) => {
      invocations.push(invocation);
      return harness.answer(invocation);
    },
    warm: async () => ({ version: '$LATEST', node: self }),
    events,
    streams,
    workflows: workflows.service,
    webhookSecrets: { get: async () => secret, rotate: async () => secret },
    executions: { find: async () => [], usage: async () => [], underWay: () => [] },
    capacity: {
      local: () => noCapacity,
      requested: (name, qualifier) => catalog.provisioned(name).get(qualifier)?.executions ?? 0,
    },
    // what is uploaded here is no code
    inspector: { begin: () => ({ findings: [], look: async () => {} }) },
    logs: { store, reader: new LogReader(store, clock) },
    peerFetch: async () => Promise.reject(new Error('there is no other node')),
    secrets: () => [clusterSecret],
    rollout: new FakeRollout(),
    audit: {
      append: (line) => void harness.audit.push(line),
      async *newestFirst() {
        yield* harness.audit.toReversed();
      },
    },
    peer: {
      putBundle: async (hash, body) => void catalog.bundles.set(hash, body),
      hasBundle: async (hash) => catalog.bundles.has(hash),
      getBundle: async (hash) => catalog.bundles.get(hash),
    },
  };
  const ingress = new Ingress(deps, options);
  const harness: Harness = {
    ingress,
    catalog,
    events,
    streams,
    workflows,
    clock,
    deps,
    invocations,
    health: { status: 'ok' },
    begun: null,
    audit: [],
    answer: ({ payload }) => outcome(null, { payload }),
    call: async (method, target, init = {}) =>
      answerOf(await ingress.respond(request(method, target, init))),
  };
  return harness;
}

export function request(method: string, target: string, init: CallInit = {}): IngressRequest {
  const { body, headers = {}, signal, peer } = init;
  const bytes =
    body === undefined
      ? Buffer.alloc(0)
      : body instanceof Uint8Array || typeof body === 'string'
        ? Buffer.from(body)
        : Buffer.from(JSON.stringify(body));
  return {
    method,
    ...splitTarget(target),
    headers: { host: 'hearth.test:8080', ...headers },
    httpVersion: '1.1',
    remoteAddress: '::ffff:192.0.2.7',
    peer,
    readBody: async (bytesMax) => {
      if (bytes.length > bytesMax) throw new BodyTooLargeError();
      return bytes;
    },
    ...(signal === undefined ? {} : { signal }),
  };
}

export function answerOf({ status, headers, body }: Reply): Answer {
  const bytes = Buffer.from(body as Uint8Array);
  return {
    status,
    headers,
    body: bytes,
    text: bytes.toString(),
    json: () => JSON.parse(bytes.toString()),
  };
}

export const role = 'arn:aws:iam::123456789012:role/lambda';

/** A body of CreateFunction that is right. */
export function createBody(
  name: string,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    FunctionName: name,
    Runtime: 'nodejs20.x',
    Handler: 'index.handler',
    Role: role,
    Code: { ZipFile: zip.toString('base64') },
    ...more,
  };
}

export const functions = '/2015-03-31/functions';
