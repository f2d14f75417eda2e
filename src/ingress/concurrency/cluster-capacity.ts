/**
 * What the nodes hold of a function's versions ahead of any request, as one figure: every living node is asked, and
 * one that does not answer in time holds nothing.
 */
import * as z from 'zod';
import type { CatalogService } from '../../catalog/index.js';
import { HearthError, type LocalCapacity, type NodeView, noCapacity } from '../../types/index.js';
import type { IngressDeps } from '../deps.js';
import { jsonReply, type Reply } from '../http/http.js';

/** Of one version on all nodes. */
export interface CapacitySum {
  readonly allocated: number;
  readonly available: number;
  /** Some node can start the version from a snapshot. */
  readonly hasSnapshot: boolean;
  /** Why a node cannot, or what it keeps ready instead of a copy; empty where none has said so. */
  readonly reason: string;
}

/** What is asked of one node. */
export interface NodeCapacityQuery {
  readonly functionName: string;
  readonly versions: readonly string[];
}

export interface ClusterCapacityDeps {
  readonly capacity: Pick<IngressDeps['capacity'], 'local'>;
  readonly catalog: Pick<CatalogService, 'get'>;
  readonly view: IngressDeps['view'];
  readonly peerFetch: IngressDeps['peerFetch'];
}

/** Versions in one question: as many as a page of a list holds. */
const versionsMax = 50;
const answerTimeoutMs = 1000;

export class ClusterCapacity {
  constructor(
    private readonly deps: ClusterCapacityDeps,
    private readonly answerMs = answerTimeoutMs,
  ) {}

  /** By version. Never rejects. */
  async of(
    functionName: string,
    versions: readonly string[],
  ): Promise<ReadonlyMap<string, CapacitySum>> {
    if (versions.length === 0) return new Map();
    const query = { functionName, versions };
    const { nodes, self } = this.deps.view();
    const others = nodes.filter(({ id, status }) => id !== self && isLiving(status));
    const answers = await Promise.all(
      others.map((node) => this.#ask(node, query).catch(() => nothing)),
    );
    const all = [this.#local(query), ...answers];
    return new Map(
      versions.map((version) => [version, sum(all.map((one) => one[version] ?? noCapacity))]),
    );
  }

  /** What this node answers to another. */
  page(query: NodeCapacityQuery): Reply {
    return jsonReply(200, this.#local(query));
  }

  #local({ functionName, versions }: NodeCapacityQuery): NodeCapacity {
    return Object.fromEntries(
      versions.map((version) => {
        const record = this.deps.catalog.get(functionName, version);
        return [version, record === undefined ? noCapacity : this.deps.capacity.local(record)];
      }),
    );
  }

  async #ask(node: NodeView, { functionName, versions }: NodeCapacityQuery): Promise<NodeCapacity> {
    const query = new URLSearchParams({ function: functionName });
    for (const version of versions) query.append('version', version);
    const { statusCode, body } = await this.deps.peerFetch(node, {
      path: `/_hearth/node-capacity?${query}`,
      answerMs: this.answerMs,
    });
    if (statusCode === 200) return nodeCapacity.parse(await body.json());
    await body.dump();
    return nothing;
  }
}

/** The query as another node sends it. Throws `invalid-parameter`. */
export function nodeCapacityQuery(parameters: URLSearchParams): NodeCapacityQuery {
  const functionName = parameters.get('function') ?? '';
  const versions = parameters.getAll('version');
  if (functionName !== '' && versions.length > 0 && versions.length <= versionsMax) {
    return { functionName, versions };
  }
  throw new HearthError(
    'invalid-parameter',
    'The query is not one that a node asks another; ask for the provisioned concurrency of the function.',
  );
}

type NodeCapacity = Readonly<Record<string, LocalCapacity>>;

const nothing: NodeCapacity = {};
const count = z.number().int().nonnegative();
const nodeCapacity = z.record(
  z.string(),
  z.object({
    allocated: count,
    available: count,
    snapshot: z.object({
      kind: z.enum(['none', 'making', 'ready', 'refused']),
      reason: z.string(),
    }),
  }),
);

function sum(all: readonly LocalCapacity[]): CapacitySum {
  return {
    allocated: all.reduce((total, { allocated }) => total + allocated, 0),
    available: all.reduce((total, { available }) => total + available, 0),
    hasSnapshot: all.some(({ snapshot }) => snapshot.kind === 'ready'),
    reason: all.find(({ snapshot }) => snapshot.reason !== '')?.snapshot.reason ?? '',
  };
}

function isLiving(status: NodeView['status']): boolean {
  return status === 'alive' || status === 'suspect' || status === 'draining';
}
