/**
 * A tag of an OCI registry: an image, or an artifact whose one layer is the program. What it stands for now costs one
 * request without a body. Its signed manifest is the first layer of a second tag, `sha256-HEX.hearth`, which is named by
 * what it signs; copied together, they mean the same in any registry.
 */
import type { Manifest } from '../types.js';
import { manifestBytesMax, manifestJson, parseManifest, refused } from './manifest.js';
import { formatReference, type OciReference, signatureTag } from './reference.js';
import { Registry } from './registry.js';
import type { Looked, ReleaseSource } from './source.js';
import { type ReleaseWeb, unavailable } from './web.js';

export class OciSource implements ReleaseSource {
  readonly #registry: Registry;
  #seen: string | null = null;

  constructor(
    web: ReleaseWeb,
    private readonly reference: OciReference,
  ) {
    this.#registry = new Registry(web, reference);
  }

  forget(): void {
    this.#seen = null;
  }

  async look(signal: AbortSignal): Promise<Looked> {
    const where = formatReference(this.reference);
    const digest = await this.#registry.digestOf(this.reference.target, signal);
    if (digest === null) throw unavailable(where, new Error('there is no such tag'));
    if (digest === this.#seen) return { kind: 'unchanged' };
    const manifest = await this.#signed(where, digest, signal);
    await this.#checkContent(where, digest, manifest, signal);
    this.#seen = digest;
    return { kind: 'offer', manifest };
  }

  async #signed(where: string, digest: string, signal: AbortSignal): Promise<Manifest> {
    const signature = await this.#registry.manifest(signatureTag(digest), signal);
    if (signature === null) {
      throw refused(`${where} is not signed: there is no tag ${signatureTag(digest)} beside it.`);
    }
    const [layer] = signature.layers;
    if (layer === undefined) throw refused(`The signature of ${where} has no layer.`);
    const bytes = await this.#registry.blob(layer.digest, manifestBytesMax, signal);
    const manifest = parseManifest(manifestJson(bytes, where), where);
    // where it is now, wherever it was signed
    const artifact = formatReference({ ...this.reference, target: manifest.digest });
    return { ...manifest, artifact };
  }

  /** Throws where the signed manifest is of something else than what the tag stands for. */
  async #checkContent(
    where: string,
    digest: string,
    manifest: Manifest,
    signal: AbortSignal,
  ): Promise<void> {
    if (manifest.digest === digest) return;
    const content = await this.#registry.manifest(digest, signal);
    if (content?.layers.some((layer) => layer.digest === manifest.digest) === true) return;
    throw refused(`${where} holds something else than its signature names, ${manifest.digest}.`);
  }
}
