/** Nodes that keep logs and answer for them over HTTP: real listeners and real files, nothing else of a node. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { LogReader, LogStore } from '../../src/agent/index.js';
import { IngressServer } from '../../src/ingress/index.js';
import { silentLogger, systemClock } from '../../src/lib/index.js';
import { PeerHttp } from '../../src/routing/index.js';
import {
  type ClusterView,
  formatHostPort,
  type NodeId,
  type NodeView,
  nodeId,
} from '../../src/types/index.js';
import { makeHarness, view as oneNode, options } from './harness.js';

export const idOf = (number: number): NodeId => nodeId(String(number).repeat(32));
export const requestId = (number: number): string =>
  `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** Of a node without a secret. */
export function makePeerHttp(id: NodeId): PeerHttp {
  const deps = { clock: systemClock, logger: silentLogger };
  return new PeerHttp(deps, { self: () => id, secrets: [], encrypted: false });
}

export interface LogLine {
  readonly time: string;
  readonly function: string;
  readonly version: string;
  readonly request: string;
  readonly kind: string;
  readonly text: string;
  readonly node: string;
}

export interface LogAnswer {
  readonly status: number;
  readonly lines: readonly LogLine[];
  readonly end: {
    readonly cursor: string;
    readonly truncated: boolean;
    readonly missing: readonly { readonly node: string; readonly reason: string }[];
  };
  readonly text: string;
}

export class LogNode {
  readonly store: LogStore;
  readonly server: IngressServer;
  readonly peerHttp: PeerHttp;
  url = '';

  constructor(
    readonly id: NodeId,
    directory: string,
    view: () => ClusterView,
  ) {
    const clock = systemClock;
    this.store = new LogStore({ clock, logger: silentLogger }, { directory, bytesMax: 1e8 });
    const { deps } = makeHarness();
    this.peerHttp = makePeerHttp(id);
    const reader = new LogReader(this.store, clock);
    const logs = { store: this.store, reader };
    const { peerHttp } = this;
    const peerFetch = peerHttp.fetch;
    this.server = new IngressServer({ ...deps, clock, view, logs, peerFetch }, options, [peerHttp]);
  }

  print(functionName: string, number: number, text: string, functionVersion = '$LATEST'): void {
    const source = { functionName, functionVersion, logStream: `${this.id} ${functionVersion}` };
    this.store.output(source, requestId(number), Buffer.from(text));
  }
}

export class LogNodes {
  readonly nodes: LogNode[] = [];
  readonly views: NodeView[] = [];

  static async start(context: TestContext, count: number): Promise<LogNodes> {
    const directory = await mkdtemp(join(tmpdir(), 'hearth-log-nodes-'));
    const all = new LogNodes();
    context.after(async () => {
      await Promise.all(all.nodes.map(({ server }) => server.stop(1000)));
      await Promise.all(all.nodes.map(({ peerHttp }) => peerHttp.stop()));
      await Promise.all(all.nodes.map(({ store }) => store.stop()));
      await rm(directory, { recursive: true });
    });
    for (let number = 1; number <= count; number++) {
      const id = idOf(number);
      const node = new LogNode(id, join(directory, id), () => all.view(id));
      await node.store.start();
      const http = formatHostPort(await node.server.start());
      node.url = `http://${http}`;
      all.nodes.push(node);
      all.add(id, http);
    }
    return all;
  }

  add(id: NodeId, http: string, status: NodeView['status'] = 'alive'): void {
    const [template] = oneNode.nodes as [NodeView];
    this.views.push({ ...template, id, http, status });
  }

  view(self: NodeId): ClusterView {
    return { ...oneNode, self, nodes: this.views };
  }

  node(number: number): LogNode {
    const node = this.nodes[number - 1];
    if (node === undefined) throw new Error(`there is no node ${number}`);
    return node;
  }

  /** What node `number` answers for `/_hearth/logs/` and `path`. */
  async read(number: number, path: string): Promise<LogAnswer> {
    const answer = await fetch(`${this.node(number).url}/_hearth/logs/${path}`);
    const text = await answer.text();
    const lines = text.split('\n').filter((line) => line !== '');
    const values = answer.status === 200 ? lines.map((line) => JSON.parse(line)) : [];
    return { status: answer.status, end: values.pop(), lines: values, text };
  }
}

/** What was printed, without Lambda's own lines. */
export function printed(lines: readonly LogLine[]): string[] {
  return lines.filter(({ kind }) => kind === 'output').map(({ text }) => text);
}
