/** Reserved and provisioned concurrency: an action in, the catalogue and the nodes asked, AWS's answer out. */
import { type CatalogService, type Provisioned, ProvisionedPlan } from '../../catalog/index.js';
import { functionArn, HearthError } from '../../types/index.js';
import type { ListOfFunction } from '../action.js';
import type { IngressDeps } from '../deps.js';
import type { FunctionLookup } from '../form/function-lookup.js';
import { cutPage } from '../form/paging.js';
import { emptyReply, jsonReply, type Reply } from '../http/http.js';
import type { Of } from '../operation.js';
import type { CapacitySum, ClusterCapacity } from './cluster-capacity.js';
import { schedulesOf } from './concurrency-input.js';

export class Concurrency {
  readonly #catalog: CatalogService;

  constructor(
    private readonly deps: Pick<IngressDeps, 'catalog' | 'clock' | 'capacity'>,
    private readonly lookup: FunctionLookup,
    private readonly cluster: Pick<ClusterCapacity, 'of'>,
  ) {
    this.#catalog = deps.catalog;
  }

  async putReserved({ name, executions }: Of<'put-reserved'>): Promise<Reply> {
    await this.lookup.known({ name, qualifier: '$LATEST' });
    await this.#catalog.reserveConcurrency(name, executions);
    return jsonReply(200, { ReservedConcurrentExecutions: executions });
  }

  async getReserved({ name }: Of<'get-reserved'>): Promise<Reply> {
    await this.lookup.known({ name, qualifier: undefined });
    return jsonReply(200, reservedMember(this.#catalog, name));
  }

  async deleteReserved({ name }: Of<'delete-reserved'>): Promise<Reply> {
    await this.lookup.known({ name, qualifier: undefined });
    await this.#catalog.reserveConcurrency(name, null);
    return emptyReply(204);
  }

  /** What it makes of the nodes comes later: the answer tells what is asked of them from now on. */
  async putProvisioned(action: Of<'put-provisioned'>): Promise<Reply> {
    const { name, qualifier, provisioned } = action;
    await this.lookup.knownAt(name, qualifier);
    await this.#catalog.provisionConcurrency(name, qualifier, provisioned);
    const { lastModified = '' } = this.#catalog.provisioned(name).get(qualifier) ?? {};
    const requested = new ProvisionedPlan(provisioned).executionsAt(this.deps.clock.wallMs());
    return jsonReply(202, configuration({ ...provisioned, lastModified }, requested, noSum));
  }

  async getProvisioned({ name, qualifier }: Of<'get-provisioned'>): Promise<Reply> {
    const { version } = await this.lookup.knownAt(name, qualifier);
    const provisioned = this.#catalog.provisioned(name).get(qualifier);
    if (provisioned === undefined) {
      throw new HearthError(
        'provisioned-not-found',
        'No Provisioned Concurrency Config found for this function',
      );
    }
    const sums = await this.cluster.of(name, [version]);
    const requested = this.deps.capacity.requested(name, qualifier);
    return jsonReply(200, configuration(provisioned, requested, sums.get(version) ?? noSum));
  }

  /** Deleting what is not there is fine. */
  async deleteProvisioned({ name, qualifier }: Of<'delete-provisioned'>): Promise<Reply> {
    await this.lookup.knownAt(name, qualifier);
    await this.#catalog.provisionConcurrency(name, qualifier, null);
    return emptyReply(204);
  }

  async listProvisioned(action: ListOfFunction<'list-provisioned'>): Promise<Reply> {
    const { target, after, itemsMax } = action;
    const { name } = target;
    await this.lookup.known({ name, qualifier: undefined });
    const items = [...this.#catalog.provisioned(name)]
      .filter(([qualifier]) => qualifier > after)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const { page, next } = cutPage(items, itemsMax, ([qualifier]) => qualifier);
    const versionOf = (qualifier: string): string =>
      this.#catalog.alias(name, qualifier)?.version ?? qualifier;
    const versions = new Set(page.map(([qualifier]) => versionOf(qualifier)));
    const sums = await this.cluster.of(name, [...versions]);
    const configs = page.map(([qualifier, provisioned]) => ({
      FunctionArn: functionArn(name, qualifier),
      ...configuration(
        provisioned,
        this.deps.capacity.requested(name, qualifier),
        sums.get(versionOf(qualifier)) ?? noSum,
      ),
    }));
    return jsonReply(200, { ProvisionedConcurrencyConfigs: configs, ...next });
  }
}

/** What is reserved for a function, as `GetFunction` tells it too; nothing where nothing is. */
export function reservedMember(
  catalog: Pick<CatalogService, 'reservedConcurrency'>,
  name: string,
): { readonly ReservedConcurrentExecutions?: number } {
  const reserved = catalog.reservedConcurrency(name);
  return reserved === null ? {} : { ReservedConcurrentExecutions: reserved };
}

const noSum: CapacitySum = { allocated: 0, available: 0, hasSnapshot: false, reason: '' };

/** While there are still more than asked for, as many as asked for are told. */
function configuration(
  provisioned: Provisioned,
  requested: number,
  { allocated, available }: CapacitySum,
): Record<string, unknown> {
  const schedules = schedulesOf(provisioned);
  return {
    RequestedProvisionedConcurrentExecutions: requested,
    AllocatedProvisionedConcurrentExecutions: Math.min(allocated, requested),
    AvailableProvisionedConcurrentExecutions: Math.min(available, requested),
    Status: available >= requested ? 'READY' : 'IN_PROGRESS',
    LastModified: provisioned.lastModified,
    ...(schedules.length > 0
      ? { ProvisionedConcurrentExecutions: provisioned.executions, Schedules: schedules }
      : {}),
  };
}
