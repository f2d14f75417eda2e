/**
 * Notices that the secret file was changed: operators add, use and remove secrets while the cluster runs. A
 * file that cannot be used is said once, and the secrets held stay.
 */
import { type Clock, type Logger, reasonOf } from '../lib/index.js';
import { secretId } from '../types/index.js';

export interface SecretWatchDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Reads the file anew. Throws where it is not in order. */
  read(): Promise<readonly Uint8Array[]>;
  /** The secrets are these now, other ones than before. */
  changed(secrets: readonly Uint8Array[]): void;
}

/** The whole file is read each time: it is small, and times of change are too coarse to rely on. */
const lookEveryMs = 2000;

export class SecretWatch {
  #ids: string;
  #problem: string | null = null;
  #looking = false;
  #cancel: (() => void) | null = null;

  /** `secrets`: those that were read at the start. */
  constructor(
    private readonly deps: SecretWatchDeps,
    secrets: readonly Uint8Array[],
  ) {
    this.#ids = idsOf(secrets);
  }

  start(): void {
    this.#cancel = this.deps.clock.every(lookEveryMs, () => void this.look());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** Looks once; resolves when what was found is in use. Never rejects. */
  async look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      this.#found(await this.deps.read());
    } catch (error) {
      this.#cannotUse(reasonOf(error));
    } finally {
      this.#looking = false;
    }
  }

  #found(secrets: readonly Uint8Array[]): void {
    this.#problem = null;
    const ids = idsOf(secrets);
    if (ids === this.#ids) return;
    this.#ids = ids;
    this.deps.changed(secrets);
    this.deps.logger.info(
      { secrets: ids },
      'the cluster secrets have changed, the first is in use',
    );
  }

  #cannotUse(problem: string): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.deps.logger.error(
      { problem, secrets: this.#ids },
      'the secret file cannot be used, the secrets held before stay in use',
    );
  }
}

function idsOf(secrets: readonly Uint8Array[]): string {
  return secrets.map(secretId).join(' ');
}
