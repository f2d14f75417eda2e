/**
 * Where a request runs: here, if a sandbox is idle; else at a node that holds the function warm; else here
 * after all. Every doubt on the way (no answer, a wrong one, a node that is busy or gone) ends in the last
 * line, so that no other node is needed to run a function. What was sent is never run again: a request
 * runs once, or fails once.
 */
import { type Catalog, type FunctionRecord, latestVersion } from '../catalog/index.js';
import type { Clock, Logger, Random } from '../lib/index.js';
import {
  asHearthError,
  type ClusterView,
  type FunctionKey,
  functionKey,
  functionNotFound,
  functionUnconfirmed,
  HearthError,
  type Holder,
  type Invocation,
  type InvocationOutcome,
  limits,
  type NodeId,
} from '../types/index.js';
import { chooseHolder } from './choice.js';
import { copyCounters, newCounters, type RoutingCounters, type Way } from './counters.js';
import type { ForwardCall, Forwarder, ForwardReply } from './forward.js';
import { HotFunctions } from './hot-functions.js';
import { callerGone, Lookups } from './lookups.js';
import { forwardMarginMs } from './parameters.js';
import { Takers } from './takers.js';
import { UnderWay } from './under-way.js';
import { WarmCache } from './warm-cache.js';

/** An outcome with its way: who ran it, and how many forwards it took to get there. */
export interface RoutedOutcome extends InvocationOutcome {
  readonly node: NodeId;
  readonly hops: number;
}

/** The executor, as the router sees it. */
export interface RunsHere {
  /** Waits for a sandbox where none is idle. Rejects with HearthError. */
  run(record: FunctionRecord, invocation: Invocation): Promise<InvocationOutcome>;
  /**
   * Runs it only where a sandbox of exactly this revision is idle now, else says why not: all of them are
   * busy, or there is none.
   */
  runIfWarm(
    record: FunctionRecord,
    invocation: Invocation,
  ): Promise<InvocationOutcome> | 'busy' | 'not-here';
  /** Makes a sandbox in the background, if there is none and room for one. */
  prewarm(record: FunctionRecord): void;
}

export interface RouterDeps {
  readonly catalog: Pick<Catalog, 'get' | 'alias' | 'catchUp'>;
  readonly self: () => NodeId;
  /** False while the node may not know all functions yet (it is starting), and once it stops. */
  readonly ready: () => boolean;
  readonly view: () => ClusterView | null;
  readonly here: RunsHere;
  /** Who holds a function warm, as the control thread finds out; null where nobody answered. */
  readonly lookup: (key: FunctionKey) => Promise<readonly Holder[] | null>;
  readonly forwarder: Forwarder;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export interface RouterOptions {
  /** `none`: every node runs what it is asked itself. */
  readonly routing: 'tiered' | 'none';
  /** A function that is forwarded more often becomes warm here. */
  readonly spreadForwardsPerS: number;
}

export class Router {
  readonly #counters = newCounters();
  readonly #takers = new Takers();
  readonly #underWay = new UnderWay();
  readonly #cache: WarmCache;
  readonly #lookups: Lookups;
  readonly #hot: HotFunctions;

  constructor(
    private readonly deps: RouterDeps,
    private readonly options: RouterOptions,
  ) {
    const { clock, lookup } = deps;
    this.#cache = new WarmCache(clock);
    this.#lookups = new Lookups({ clock, lookup, cache: this.#cache, counters: this.#counters });
    this.#hot = new HotFunctions(options.spreadForwardsPerS);
  }

  /**
   * Runs an invocation. Throws `function-not-found` (`no-quorum` where nobody confirms that),
   * `too-many-requests`, `draining` (also while the node starts), `forward-lost` and what else the
   * executor throws; what the function does wrong is an outcome.
   */
  invoke(invocation: Invocation): Promise<RoutedOutcome> {
    const record = this.#find(invocation);
    return record === undefined ? this.#invokeUnknown(invocation) : this.#route(record, invocation);
  }

  /** Runs what another node has forwarded, in a sandbox that is idle; never forwards it further. */
  async receive({ invocation, revision }: ForwardCall): Promise<ForwardReply> {
    const { hops, functionName, qualifier } = invocation;
    if (hops < 1 || hops > limits.hopsMax) return { kind: 'failed', error: wrongHops(hops) };
    const record = this.deps.catalog.get(functionName, qualifier);
    if (record?.revision !== revision || !this.deps.ready()) return { kind: 'not-here' };
    try {
      const running = this.deps.here.runIfWarm(record, invocation);
      if (typeof running === 'string') return { kind: running };
      return { kind: 'ran', outcome: await running };
    } catch (thrown) {
      if (!(thrown instanceof HearthError)) {
        this.deps.logger.error({ err: thrown, functionName }, 'forwarded request failed');
      }
      return { kind: 'failed', error: asHearthError(thrown) };
    }
  }

  counters(): RoutingCounters {
    return copyCounters(this.#counters);
  }

  /** Another node may have acknowledged the function a moment ago. */
  async #invokeUnknown(invocation: Invocation): Promise<RoutedOutcome> {
    const isConfirmed = await this.deps.catalog.catchUp();
    const { functionName, qualifier } = invocation;
    const record = this.#find(invocation);
    if (record !== undefined) return this.#route(record, invocation);
    if (!this.deps.ready()) {
      throw new HearthError('draining', 'This node is still starting; ask another, or try again.', {
        retryAfterS: 1,
      });
    }
    if (!isConfirmed) throw functionUnconfirmed(functionName);
    throw functionNotFound(functionName, qualifier === latestVersion ? undefined : qualifier);
  }

  /** What this node would run: of an alias with two versions, the one that is drawn. */
  #find({ functionName, qualifier }: Invocation): FunctionRecord | undefined {
    const { catalog, random } = this.deps;
    const record = catalog.get(functionName, qualifier);
    if (record !== undefined) return record;
    const alias = catalog.alias(functionName, qualifier);
    if (alias === undefined) return undefined;
    const { version, additional } = alias;
    const other = additional !== null && random.next() < additional.weight;
    return catalog.get(functionName, other ? additional.version : version);
  }

  /** The decision. A warm request leaves it at its second line, with nothing made or awaited before. */
  #route(record: FunctionRecord, invocation: Invocation): Promise<RoutedOutcome> {
    if (invocation.hops > limits.hopsMax) return Promise.reject(wrongHops(invocation.hops));
    const running = this.deps.here.runIfWarm(record, invocation);
    if (typeof running !== 'string') return this.#ranHere('here-warm', running, invocation);
    const mayForward = this.options.routing === 'tiered' && invocation.hops < limits.hopsMax;
    if (!mayForward || this.#takers.of(this.deps.view()).size === 0) {
      return this.#runHere('here-cold', record, invocation);
    }
    return this.#routeElsewhere(record, invocation);
  }

  async #routeElsewhere(record: FunctionRecord, invocation: Invocation): Promise<RoutedOutcome> {
    const { here } = this.deps;
    const { signal } = invocation;
    const key = functionKey(record.name, record.version, record.revision);
    const holders = this.#remembered(key) ?? (await this.#lookups.ask(key, signal));
    if (signal?.aborted === true) throw callerGone();
    // one of our own may have been given back in the meantime
    const running = here.runIfWarm(record, invocation);
    if (typeof running !== 'string') return this.#ranHere('here-warm', running, invocation);
    const node = this.#choose(holders);
    if (node === undefined) return this.#runHere('here-cold', record, invocation);
    if (this.#hot.forwarded(key, this.deps.clock.nowMs())) {
      this.#counters.prewarms++;
      here.prewarm(record);
    }
    return this.#forward(node, key, record, invocation);
  }

  #remembered(key: FunctionKey): readonly Holder[] | undefined {
    const holders = this.#cache.get(key);
    if (holders !== undefined) this.#counters.lookups[holders.length > 0 ? 'hit' : 'nobody']++;
    return holders;
  }

  #choose(holders: readonly Holder[]): NodeId | undefined {
    if (holders.length === 0) return undefined;
    const { forwarder, random, view } = this.deps;
    const takers = this.#takers.of(view());
    const candidates = holders.filter(({ node }) => takers.has(node) && forwarder.usable(node));
    return chooseHolder(candidates, ({ node, load }) => load + this.#underWay.of(node), random);
  }

  /** Sends it once. Only an answer that says that it did not run there lets it run here. */
  async #forward(
    node: NodeId,
    key: FunctionKey,
    record: FunctionRecord,
    invocation: Invocation,
  ): Promise<RoutedOutcome> {
    const hops = invocation.hops + 1;
    const reply = await this.#send(node, {
      invocation: { ...invocation, hops, qualifier: record.version },
      revision: record.revision,
      timeoutMs: record.timeoutS * 1000 + forwardMarginMs,
    });
    switch (reply.kind) {
      case 'ran':
        this.#counters.ways.forwarded++;
        return routed(reply.outcome, node, hops);
      case 'failed':
        this.#counters.ways.forwarded++;
        throw reply.error;
      case 'not-here':
        this.#cache.gone(key, node);
        return this.#runHere('here-stale', record, invocation);
      case 'busy':
        this.#cache.busy(key, node);
        return this.#runHere('here-busy', record, invocation);
      case 'unreachable':
        this.#cache.gone(key, node);
        return this.#runHere('here-unreachable', record, invocation);
      default:
        return reply satisfies never;
    }
  }

  async #send(node: NodeId, call: ForwardCall): Promise<ForwardReply> {
    this.#underWay.begin(node);
    try {
      return await this.deps.forwarder.forward(node, call);
    } catch (thrown) {
      this.#counters.ways['forward-lost']++;
      throw thrown;
    } finally {
      this.#underWay.end(node);
    }
  }

  #runHere(way: Way, record: FunctionRecord, invocation: Invocation): Promise<RoutedOutcome> {
    return this.#ranHere(way, this.deps.here.run(record, invocation), invocation);
  }

  async #ranHere(
    way: Way,
    running: Promise<InvocationOutcome>,
    { hops }: Invocation,
  ): Promise<RoutedOutcome> {
    this.#counters.ways[way]++;
    return routed(await running, this.deps.self(), hops);
  }
}

/** Field by field: a spread with fields behind it costs a microsecond and a kilobyte more. */
function routed(outcome: InvocationOutcome, node: NodeId, hops: number): RoutedOutcome {
  const { payload, functionError, executedVersion, start, durationMs, logTail } = outcome;
  return { payload, functionError, executedVersion, start, durationMs, logTail, node, hops };
}

function wrongHops(hops: number): HearthError {
  return new HearthError(
    'invalid-parameter',
    `The request says that it was forwarded ${hops} times; it can be at most ${limits.hopsMax}.`,
  );
}
