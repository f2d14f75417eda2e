/**
 * Where a request runs: here, if a sandbox is idle; else at a node that holds the function warm; else, started
 * there, at one of the two nodes that its code belongs to; else here after all. Every doubt on the way (no answer, a
 * wrong one, a node that is busy or gone) ends in the last line, so that no other node is needed to run a
 * function. What was sent is never run again: a request runs once, or fails once.
 */
import { type Catalog, type FunctionRecord, latestVersion } from '../catalog/index.js';
import type { Clock, Logger, Random } from '../lib/index.js';
import {
  asHearthError,
  type ClusterView,
  type ErrorCode,
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
import { crowdedWaiting, forwardMarginMs, startMarginMs } from './parameters.js';
import { Placement, type Room } from './placement.js';
import { hasShare, isNothing, reservationUsed, type Shares } from './reservation.js';
import { Takers } from './takers.js';
import { UnderWay } from './under-way.js';
import { isBusy, WarmCache } from './warm-cache.js';

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
  /** Whether a request of the function would get a sandbox here soon: there is memory, and its queue is not full. */
  hasRoom(record: FunctionRecord): boolean;
  /** How it is here now: requests that wait for a sandbox, and memory that new sandboxes could have. */
  load(): Room;
}

export interface RouterDeps {
  readonly catalog: Pick<Catalog, 'get' | 'alias' | 'catchUp'>;
  readonly self: () => NodeId;
  /** False while the node may not know all functions yet: it is starting. */
  readonly ready: () => boolean;
  readonly view: () => ClusterView | null;
  readonly here: RunsHere;
  /**
   * How much of the function's reserved concurrency each node has; null where nothing is reserved. Who has none does
   * not run it, unless nobody who has some can be reached.
   */
  readonly shares: (functionName: string) => Shares | null;
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
  /** How long a request may wait for a sandbox. */
  readonly queueWaitMs: number;
}

export class Router {
  readonly #counters = newCounters();
  readonly #takers = new Takers();
  readonly #underWay = new UnderWay();
  readonly #cache: WarmCache;
  readonly #lookups: Lookups;
  readonly #hot: HotFunctions;
  readonly #placement: Placement;

  constructor(
    private readonly deps: RouterDeps,
    private readonly options: RouterOptions,
  ) {
    const { clock, here, lookup } = deps;
    this.#cache = new WarmCache(clock);
    this.#lookups = new Lookups({ clock, lookup, cache: this.#cache, counters: this.#counters });
    this.#hot = new HotFunctions(options.spreadForwardsPerS);
    this.#placement = new Placement({
      clock,
      here,
      takes: (node) => this.#takes(node),
      underWay: (node) => this.#underWay.of(node),
    });
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

  /**
   * Runs what another node has forwarded, in a sandbox that is idle or, where it was placed here, in the next one
   * that is to be had; never forwards it further.
   */
  async receive({ invocation, revision, place }: ForwardCall): Promise<ForwardReply> {
    const { hops, functionName, qualifier } = invocation;
    if (hops < 1 || hops > limits.hopsMax) return { kind: 'failed', error: wrongHops(hops) };
    const record = this.deps.catalog.get(functionName, qualifier);
    if (record?.revision !== revision || !this.deps.ready()) return { kind: 'not-here' };
    try {
      const running = this.deps.here.runIfWarm(record, invocation);
      if (typeof running !== 'string') return { kind: 'ran', outcome: await running };
      if (!place) return { kind: running };
      return await this.#receivePlaced(record, invocation);
    } catch (thrown) {
      if (!(thrown instanceof HearthError)) {
        const { requestId } = invocation;
        this.deps.logger.error(
          { err: thrown, functionName, requestId },
          'forwarded request failed',
        );
      }
      return { kind: 'failed', error: asHearthError(thrown) };
    }
  }

  counters(): RoutingCounters {
    return copyCounters(this.#counters);
  }

  async #receivePlaced(record: FunctionRecord, invocation: Invocation): Promise<ForwardReply> {
    const { here } = this.deps;
    if (!here.hasRoom(record)) return { kind: 'busy' };
    try {
      return { kind: 'ran', outcome: await here.run(record, invocation) };
    } catch (thrown) {
      if (isBeforeStart(thrown)) return { kind: 'busy' };
      throw thrown;
    }
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
    const shares = this.deps.shares(record.name);
    if (shares !== null && isNothing(shares)) return this.#refuse(true);
    const mayForward = this.options.routing === 'tiered' && invocation.hops < limits.hopsMax;
    if (!mayForward || this.#takers.of(this.deps.view()).size === 0) {
      return this.#runHere('here-cold', record, invocation);
    }
    return this.#routeElsewhere(record, invocation, shares);
  }

  async #routeElsewhere(
    record: FunctionRecord,
    invocation: Invocation,
    shares: Shares | null,
  ): Promise<RoutedOutcome> {
    const { here } = this.deps;
    const { signal } = invocation;
    const key = functionKey(record.name, record.version, record.revision);
    const holders = this.#remembered(key) ?? (await this.#lookups.ask(key, signal));
    if (signal?.aborted === true) throw callerGone();
    // one of our own may have been given back in the meantime
    const running = here.runIfWarm(record, invocation);
    if (typeof running !== 'string') return this.#ranHere('here-warm', running, invocation);
    const node = this.#choose(holders);
    if (node === undefined) return this.#place('here-cold', key, record, invocation, shares);
    const mayRun = shares === null || hasShare(shares, this.deps.self());
    if (mayRun && this.#hot.forwarded(key, this.deps.clock.nowMs())) {
      this.#counters.prewarms++;
      here.prewarm(record);
    }
    // it has just said that all of them are busy, and would be asked a second time to start one more
    if (this.#startsAt(node, holders, key, record, shares)) {
      return this.#place('here-busy', key, record, invocation, shares);
    }
    const way = await this.#forward(node, key, record, invocation);
    if (typeof way !== 'string') return way;
    // who has it warm is busy: one more sandbox is made where its code is, or here where those have enough to do
    return mayRun && way !== 'here-busy'
      ? this.#runHere(way, record, invocation)
      : this.#place(way, key, record, invocation, shares);
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

  /** Sends it once. Only an answer that says that it did not run there lets it run here: the way is returned. */
  async #forward(
    node: NodeId,
    key: FunctionKey,
    record: FunctionRecord,
    invocation: Invocation,
  ): Promise<RoutedOutcome | Way> {
    const call = callOf(record, invocation, false, 0);
    const { hops } = call.invocation;
    const reply = await this.#send(node, call);
    switch (reply.kind) {
      case 'ran':
        this.#counters.ways.forwarded++;
        return routed(reply.outcome, node, hops);
      case 'failed':
        this.#counters.ways.forwarded++;
        throw reply.error;
      case 'not-here':
        this.#cache.gone(key, node);
        return 'here-stale';
      case 'busy':
        this.#cache.busy(key, node);
        return 'here-busy';
      case 'unreachable':
        this.#cache.gone(key, node);
        return 'here-unreachable';
      default:
        return reply satisfies never;
    }
  }

  /**
   * Starts it where it belongs, at the second such node where the first has no room, else `way` ends here; or at one
   * of these after all, where no sandbox can be made here.
   */
  async #place(
    way: Way,
    key: FunctionKey,
    record: FunctionRecord,
    invocation: Invocation,
    shares: Shares | null,
  ): Promise<RoutedOutcome> {
    const { self, view } = this.deps;
    const known = view();
    const nodes = known === null ? [] : this.#placement.nodesFor(key, record, known, shares);
    const mayRun = shares === null || hasShare(shares, self());
    const tried = new Set<NodeId>();
    let last = way;
    let wasBusy = false;
    for (const node of nodes) {
      if (node === self()) break;
      // the other one took its time to say no
      if (!this.#takes(node)) continue;
      if (mayRun && way === 'here-busy' && this.#isLeftAlone(node, record, known)) break;
      tried.add(node);
      const placed = await this.#placeOn(node, key, record, invocation);
      if (typeof placed !== 'string') return placed;
      last = placed;
      if (placed === 'placed-busy') wasBusy = true;
      else if (mayRun) break;
    }
    if (wasBusy && !mayRun) return this.#refuse(false);
    // nobody who has a share was reached: then it runs here after all
    try {
      return await this.#runHere(last, record, invocation);
    } catch (thrown) {
      if (!isBeforeStart(thrown)) throw thrown;
      const other = nodes.find((node) => !tried.has(node) && node !== self() && this.#takes(node));
      const placed = other && (await this.#placeOn(other, key, record, invocation));
      if (placed === undefined || typeof placed === 'string') throw thrown;
      return placed;
    }
  }

  /** Whether what is placed now goes to this node, of which it is known that its sandboxes are all busy. */
  #startsAt(
    node: NodeId,
    holders: readonly Holder[],
    key: FunctionKey,
    record: FunctionRecord,
    shares: Shares | null,
  ): boolean {
    const known = this.deps.view();
    if (known === null || !holders.some((holder) => holder.node === node && isBusy(holder))) {
      return false;
    }
    const [first] = this.#placement.nodesFor(key, record, known, shares);
    return first === node && !this.#isLeftAlone(node, record, known);
  }

  #takes(node: NodeId): boolean {
    const { forwarder, view } = this.deps;
    return this.#takers.of(view()).has(node) && forwarder.usable(node);
  }

  /** It is crowded, and there is room here instead. */
  #isLeftAlone(node: NodeId, record: FunctionRecord, view: ClusterView | null): boolean {
    const { waiting = 0 } = view?.nodes.find(({ id }) => id === node) ?? {};
    const isCrowded = waiting + this.#underWay.of(node) > crowdedWaiting;
    return isCrowded && this.deps.here.hasRoom(record);
  }

  async #placeOn(
    node: NodeId,
    key: FunctionKey,
    record: FunctionRecord,
    invocation: Invocation,
  ): Promise<RoutedOutcome | Way> {
    if (invocation.signal?.aborted === true) throw callerGone();
    const call = callOf(record, invocation, true, this.options.queueWaitMs + startMarginMs);
    const { hops } = call.invocation;
    const reply = await this.#send(node, call);
    switch (reply.kind) {
      case 'ran':
        this.#counters.ways.placed++;
        return routed(reply.outcome, node, hops);
      case 'failed':
        this.#counters.ways.placed++;
        throw reply.error;
      case 'busy':
        this.#placement.full(key, node);
        return 'placed-busy';
      case 'not-here':
        this.#placement.failed(key);
        return 'placed-stale';
      case 'unreachable':
        this.#placement.failed(key);
        return 'placed-unreachable';
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

  /** All that is reserved for the function is in use, or nothing is. */
  #refuse(isNothing: boolean): Promise<never> {
    this.#counters.ways.reserved++;
    return Promise.reject(reservationUsed(isNothing));
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
  const { payload, streamed, functionError, executedVersion, start, durationMs, logTail } = outcome;
  return {
    payload,
    streamed,
    functionError,
    executedVersion,
    start,
    durationMs,
    logTail,
    node,
    hops,
  };
}

function callOf(
  record: FunctionRecord,
  invocation: Invocation,
  place: boolean,
  startMs: number,
): ForwardCall {
  const { requestId, functionName, invokedAs, payload, traceId, clientContext } = invocation;
  const { caller = '', signal, stream } = invocation;
  const forwarded: Invocation = {
    requestId,
    functionName,
    qualifier: record.version,
    invokedAs,
    payload,
    traceId,
    clientContext,
    hops: invocation.hops + 1,
    caller,
    signal,
  };
  return {
    invocation: stream === undefined ? forwarded : { ...forwarded, stream },
    revision: record.revision,
    timeoutMs: record.timeoutS * 1000 + forwardMarginMs + startMs,
    place,
  };
}

/** Errors that say that no sandbox was to be had: the request has not begun, and another node may have one. */
const beforeStart: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'bundle-missing',
  'sandbox-unavailable',
  'storage',
  'storage-full',
  'draining',
]);

function isBeforeStart(thrown: unknown): boolean {
  return thrown instanceof HearthError && beforeStart.has(thrown.code);
}

function wrongHops(hops: number): HearthError {
  return new HearthError(
    'invalid-parameter',
    `The request says that it was forwarded ${hops} times; it can be at most ${limits.hopsMax}.`,
  );
}
