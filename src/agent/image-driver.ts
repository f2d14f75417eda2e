/**
 * Functions that are container images need Docker, whatever kind of sandbox the others have. So beside the
 * driver of the zips stands one of Docker, which is started by the first image, or by what an earlier run left.
 */
import { exists, type Logger, SingleFlight } from '../lib/index.js';
import type { Sandbox, SandboxDriver, SandboxSpec, StemCell, StemKind, Zygote } from './driver.js';

export interface ImageDriverOptions {
  /** What a Docker driver writes down of its containers. */
  readonly dockerManifestPath: string;
}

export class ImageDriver implements SandboxDriver {
  readonly #starting = new SingleFlight<void>();
  #started = false;
  #stopped = false;

  constructor(
    private readonly zips: SandboxDriver,
    private readonly images: SandboxDriver,
    private readonly logger: Logger,
    private readonly options: ImageDriverOptions,
  ) {}

  get kind(): SandboxDriver['kind'] {
    return this.zips.kind;
  }

  async start(): Promise<void> {
    await this.zips.start();
    if (!(await exists(this.options.dockerManifestPath))) return;
    await this.#startImages().catch((error: unknown) => {
      this.logger.warn({ err: error }, 'containers of an earlier run may be left behind');
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([this.zips.stop(), this.#stopImages()]);
  }

  async create(spec: SandboxSpec): Promise<Sandbox> {
    if (spec.image === null) return this.zips.create(spec);
    await this.#startImages();
    return this.images.create(spec);
  }

  stemKindOf(spec: SandboxSpec): StemKind | null {
    return this.zips.stemKindOf(spec);
  }

  createStem(kind: StemKind): Promise<StemCell> {
    return this.zips.createStem(kind);
  }

  createZygote(spec: SandboxSpec): Promise<Zygote> {
    return this.zips.createZygote(spec);
  }

  #startImages(): Promise<void> {
    if (this.#started || this.#stopped) return Promise.resolve();
    return this.#starting.run('', async () => {
      await this.images.start();
      this.#started = true;
    });
  }

  async #stopImages(): Promise<void> {
    // what is under way ends first; its failure has been told to who waited
    await this.#starting.run('', () => Promise.resolve()).catch(() => undefined);
    if (this.#started) await this.images.stop();
  }
}
