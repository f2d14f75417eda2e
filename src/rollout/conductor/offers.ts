/** What the source of releases offers: watched by the Master, begun where nothing speaks against it, and looked at by hand. */
import { type Logger, reasonOf } from '../../lib/index.js';
import { compareVersions, HearthError, type NodeView } from '../../types/index.js';
import { releaseName } from '../machine/step.js';
import { type ReleaseSource, verifyManifest } from '../releases/index.js';
import type { Manifest, Release, RolloutPage, RolloutState } from '../types.js';
import { isLiving } from './members.js';
import type { Wish } from './rollouts.js';

export interface OffersDeps {
  /** Null where no source is configured. */
  readonly watch: {
    readonly offer: Manifest | null;
    readonly page: NonNullable<RolloutPage['source']>;
    start(): void;
    stop(): Promise<void>;
  } | null;
  /** One of its own for each look by hand. Throws `invalid-parameter` where the address is none. */
  readonly open: (address: string) => ReleaseSource;
  readonly state: () => RolloutState;
  readonly members: () => readonly NodeView[];
  readonly begin: (wish: Wish) => Promise<unknown>;
  readonly logger: Logger;
}

export interface OffersOptions {
  readonly address: string | null;
  readonly keys: readonly string[];
}

export class Offers {
  /** Said once. */
  #declined = '';

  constructor(
    private readonly deps: OffersDeps,
    private readonly options: OffersOptions,
  ) {}

  get address(): string | null {
    return this.options.address;
  }

  get seen(): { readonly lookedMs: number | null; readonly text: string } | null {
    if (this.deps.watch === null) return null;
    const { lookedMs, text } = this.deps.watch.page;
    return { lookedMs, text };
  }

  /** This node watches, or does no more. */
  rules(rules: boolean): void {
    const { watch } = this.deps;
    if (rules) watch?.start();
    else void watch?.stop();
  }

  /** Nothing is under way: what is offered may begin. */
  async idle(): Promise<void> {
    const offer = this.deps.watch?.offer ?? null;
    if (offer === null || !this.#isWanted(offer)) return;
    try {
      await this.deps.begin({
        release: unsigned(offer),
        by: 'the source of releases',
        again: false,
      });
    } catch (error) {
      const text = `${releaseName(offer)}: ${reasonOf(error)}`;
      if (text === this.#declined) return;
      this.#declined = text;
      this.deps.logger.warn({ err: error }, 'a release that is offered does not begin');
    }
  }

  /** Throws `rollout-conflict` without a source, and what it throws. */
  async lookNow(): Promise<Release> {
    const { address } = this.options;
    if (address === null) {
      throw new HearthError(
        'rollout-conflict',
        'No source of releases is configured (rollout.source); send the manifest of the release to begin.',
      );
    }
    const looked = await this.deps.open(address).look(new AbortController().signal);
    if (looked.kind === 'offer') return this.checked(looked.manifest);
    throw new HearthError('rollout-conflict', `There is no release at ${address}.`);
  }

  /** Throws `release-refused` unless it is signed by a key that is trusted here. */
  checked(manifest: Manifest): Release {
    verifyManifest(manifest, this.options.keys);
    return unsigned(manifest);
  }

  /** Newer than all that runs, and not refused. */
  #isWanted(offer: Manifest): boolean {
    if (this.deps.state().refused.some(({ release }) => release === releaseName(offer)))
      return false;
    return this.deps
      .members()
      .filter(isLiving)
      .every(({ release }) => compareVersions(offer.version, release) > 0);
  }
}

function unsigned({ version, digest, formatLevel, artifact }: Manifest): Release {
  return { version, digest, formatLevel, artifact };
}
