/**
 * What this node does on its own host: whoever conducts a rollout asks one node of each host, and may ask several in
 * turn, or one that has a newer conductor already. Nothing is done that was decided on an older revision than is known here.
 */
import { type Clock, type Logger, reasonOf, SingleFlight } from '../../lib/index.js';
import { HearthError, type NodeId } from '../../types/index.js';
import type { HostFacts, Provider, Release, RolloutState } from '../types.js';
import type { HostOrders } from './peers.js';

export interface HostDeskDeps {
  /** Null where none is configured. */
  readonly provider: Provider | null;
  readonly self: () => NodeId;
  readonly state: () => RolloutState;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface HostDeskOptions {
  readonly host: string;
}

/** Several conductors may ask within a moment. */
const factsAgeMsMax = 200;
const reasonCharsMax = 300;

export class HostDesk {
  readonly #facts = new SingleFlight<HostFacts>();
  #cached: { readonly facts: HostFacts; readonly atMs: number } | null = null;
  /** Under way, by version. */
  readonly #preparing = new Map<string, AbortController>();
  /** Of the rollout that asked last. */
  #failures: { readonly rollout: number; readonly byVersion: Map<string, string> } = {
    rollout: 0,
    byVersion: new Map(),
  };

  constructor(
    private readonly deps: HostDeskDeps,
    private readonly options: HostDeskOptions,
  ) {}

  /** Throws `rollout-conflict` where no provider is configured. */
  check(): void {
    this.#provider();
  }

  /** Throws `rollout-conflict` where no provider is configured, and what the provider throws. */
  async facts(): Promise<HostFacts> {
    const cached = this.#cached;
    if (cached !== null && this.deps.clock.nowMs() - cached.atMs < factsAgeMsMax) {
      return cached.facts;
    }
    return this.#facts.run('', () => this.#look());
  }

  /** Begins it; how it ends is told with the facts. */
  prepare({ rollout, revision, version }: HostOrders['prepare']): void {
    const provider = this.#provider();
    const release = this.#release(rollout, revision, version);
    if (this.#preparing.has(version)) return;
    if (this.#failures.rollout !== rollout) this.#failures = { rollout, byVersion: new Map() };
    const { byVersion } = this.#failures;
    const ending = new AbortController();
    this.#preparing.set(version, ending);
    const ended = (): void => {
      this.#preparing.delete(version);
      this.#cached = null;
    };
    provider.prepare(release, ending.signal).then(
      () => {
        byVersion.delete(version);
        ended();
      },
      (error: unknown) => {
        this.deps.logger.warn({ err: error, version }, 'a release could not be prepared');
        byVersion.set(version, reasonOf(error).slice(0, reasonCharsMax));
        ended();
      },
    );
  }

  async start({ rollout, revision, place, version }: HostOrders['start']): Promise<void> {
    const provider = this.#provider();
    this.#release(rollout, revision, version);
    this.deps.logger.info({ place, version }, 'starting a node for the rollout');
    await provider.start(place, version);
    this.#cached = null;
  }

  async stop({ rollout, revision, place, how }: HostOrders['stop']): Promise<void> {
    const provider = this.#provider();
    this.#current(rollout, revision);
    this.deps.logger.info({ place, how }, 'stopping a node for the rollout');
    await provider.stop(place, how);
    this.#cached = null;
  }

  /** The node ends: what is being prepared is given up, and begun again by whoever needs it. */
  close(): void {
    for (const ending of this.#preparing.values()) ending.abort();
  }

  async #look(): Promise<HostFacts> {
    const provider = this.#provider();
    const { state, clock, self } = this.deps;
    const atMs = clock.nowMs();
    const [places, prepared] = await Promise.all([provider.list(), provider.prepared()]);
    const { rollout, byVersion } = this.#failures;
    const isOfPresent = rollout === state().current?.id;
    const facts: HostFacts = {
      host: this.options.host,
      node: self(),
      places,
      prepared,
      failures: isOfPresent ? Object.fromEntries(byVersion) : {},
    };
    this.#cached = { facts, atMs };
    return facts;
  }

  #provider(): Provider {
    const { provider } = this.deps;
    if (provider !== null) return provider;
    throw new HearthError('rollout-conflict', noProvider);
  }

  #release(id: number, revision: number, version: string): Release {
    const { from, release } = this.#current(id, revision);
    const found = [release, from].find((known) => known.version === version);
    if (found !== undefined) return found;
    throw new HearthError(
      'rollout-conflict',
      `The rollout ${id} has nothing to do with ${version}.`,
    );
  }

  #current(id: number, revision: number) {
    const { current } = this.deps.state();
    if (current === null || current.id !== id) {
      throw new HearthError(
        'revision-mismatch',
        `The rollout ${id} is not under way, as far as this node knows; ask again in a moment.`,
      );
    }
    if (current.revision <= revision) return current;
    throw new HearthError(
      'revision-mismatch',
      `That was decided on revision ${revision} of the rollout, which is at ${current.revision} now; look again.`,
    );
  }
}

const noProvider =
  'This node is told nothing that starts and stops nodes; put `rollout.provider` with its places into the ' +
  'configuration of all nodes (--config FILE) and restart them one by one.';
