/**
 * Watches a source of releases: looks again and again, at times that no two nodes share, less often while it fails.
 * Tells what is new, rightly signed and not older than what runs; and what is refused, each thing once.
 */
import type { Clock, Logger, Random } from '../../lib/index.js';
import { compareVersions, type HearthError } from '../../types/index.js';
import type { Manifest, RolloutPage } from '../types.js';
import { refused, verifyManifest } from './manifest.js';
import type { ReleaseSource } from './source.js';
import { unavailable } from './web.js';

export interface SourceWatchDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly source: ReleaseSource;
  /** A release that is signed by a trusted key and newer than what runs here; told once, while it stays. */
  readonly offered: (manifest: Manifest) => void;
  /** One sentence. */
  readonly refused: (message: string) => void;
}

export interface SourceWatchOptions {
  readonly address: string;
  readonly pollMs: number;
  readonly keys: readonly string[];
  /** The version that runs here. */
  readonly running: string;
}

/** Of `pollMs`, on both sides. */
const jitterShare = 0.2;
/** Between looks at a source that fails: twice as long each time, no longer than this or `pollMs`. */
const backoffMaxMs = 10 * 60_000;
const lookMaxMs = 60_000;
/** Refusals that are remembered; with more, the oldest are told again. */
const refusalsMax = 100;

export class SourceWatch {
  #ended: AbortController | null = null;
  #running: Promise<void> = Promise.resolve();
  #failures = 0;
  #lookedMs: number | null = null;
  #text = 'not looked at yet';
  /** What was told when the source was last as now. */
  #textOfSeen = '';
  #offer: Manifest | null = null;
  readonly #refusals = new Set<string>();

  constructor(
    private readonly deps: SourceWatchDeps,
    private readonly options: SourceWatchOptions,
  ) {}

  /** Begins with a look; nothing where it watches already. */
  start(): void {
    if (this.#ended !== null) return;
    const ended = new AbortController();
    this.#ended = ended;
    this.#failures = 0;
    this.#offer = null;
    this.deps.source.forget();
    this.#running = this.#run(ended.signal);
  }

  /** Tells nothing any more from now on; resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#ended?.abort();
    this.#ended = null;
    this.#offer = null;
    await this.#running;
  }

  /** What `offered` was told last, as long as the source holds it. */
  get offer(): Manifest | null {
    return this.#offer;
  }

  get page(): NonNullable<RolloutPage['source']> {
    return { address: this.options.address, lookedMs: this.#lookedMs, text: this.#text };
  }

  async #run(ended: AbortSignal): Promise<void> {
    while (!ended.aborted) {
      const look = this.#look(ended);
      // a source that does not notice the end is not waited for
      await orAborted(look, ended);
      if (!ended.aborted) await this.#pause(ended);
    }
  }

  async #look(ended: AbortSignal): Promise<void> {
    const { clock, source } = this.deps;
    const late = new AbortController();
    const cancel = clock.after(lookMaxMs, () => late.abort(new Error('it took too long')));
    try {
      const looked = await source.look(AbortSignal.any([ended, late.signal]));
      if (ended.aborted) return;
      if (looked.kind === 'offer') this.#judge(looked.manifest);
      if (looked.kind === 'nothing') {
        this.#offer = null;
        this.#textOfSeen = 'offers nothing';
      }
      this.#failures = 0;
      this.#text = this.#textOfSeen;
    } catch (thrown) {
      if (!ended.aborted) this.#failed(unavailable(this.options.address, thrown));
    } finally {
      cancel();
      if (!ended.aborted) this.#lookedMs = clock.wallMs();
    }
  }

  #judge(manifest: Manifest): void {
    const { keys, running, address } = this.options;
    const { version } = manifest;
    this.#offer = null;
    verifyManifest(manifest, keys);
    const order = compareVersions(version, running);
    if (order < 0) {
      throw refused(
        `Release ${version} at ${address} is refused: it is older than ${running}, which runs; only by hand does a cluster go back.`,
      );
    }
    this.#textOfSeen = order === 0 ? `offers ${version}, which runs` : `offers ${version}`;
    if (order === 0) return;
    this.#offer = manifest;
    this.deps.offered(manifest);
  }

  #failed(error: HearthError): void {
    this.#text = error.message;
    if (error.code !== 'release-refused') {
      this.#failures += 1;
      if (this.#failures === 1) this.deps.logger.warn({ error }, 'the source of releases failed');
      return;
    }
    this.#failures = 0;
    this.#offer = null;
    // it may be mended without becoming another: signed, say
    this.deps.source.forget();
    if (this.#refusals.has(error.message)) return;
    for (const oldest of this.#refusals) {
      if (this.#refusals.size < refusalsMax) break;
      this.#refusals.delete(oldest);
    }
    this.#refusals.add(error.message);
    this.deps.refused(error.message);
  }

  #pause(ended: AbortSignal): Promise<void> {
    const { clock, random } = this.deps;
    const { pollMs } = this.options;
    const longest = Math.max(pollMs, backoffMaxMs);
    const delayMs = Math.min(pollMs * 2 ** Math.min(this.#failures, 30), longest);
    const jitter = 1 + jitterShare * (2 * random.next() - 1);
    let cancel = (): void => {};
    const passed = new Promise<void>((resolve) => {
      cancel = clock.after(delayMs * jitter, resolve);
    });
    return orAborted(passed, ended).finally(() => cancel());
  }
}

/** When either has happened; leaves no listener behind. `work` never rejects. */
function orAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    signal.addEventListener('abort', done);
    work.then(done);
  });
}
