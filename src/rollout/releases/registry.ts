/**
 * One repository of an OCI registry, by the distribution API (opencontainers/distribution-spec 1.1). Nobody logs in: where
 * the registry asks for a token, one that it gives to everybody is taken.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import * as z from 'zod';
import { manifestJson, refused } from './manifest.js';
import { formatReference, type OciReference, registryOrigin } from './reference.js';
import { type ReleaseWeb, unavailable, unexpected, type WebStream } from './web.js';

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export interface OciManifest {
  readonly digest: string;
  readonly layers: readonly Descriptor[];
}

export const ociManifestType = 'application/vnd.oci.image.manifest.v1+json';
const manifestTypes = [
  ociManifestType,
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
/** What registries take at least. */
const manifestBytesMax = 4 * 1024 * 1024;
const answerBytesMax = 64 * 1024;

const descriptorSchema = z.object({
  mediaType: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.number().int().nonnegative(),
});
/** An index has no layers. */
const manifestSchema = z.object({ layers: z.array(descriptorSchema).default([]) });
const tokenSchema = z.union([
  z.object({ token: z.string() }).transform(({ token }) => token),
  z.object({ access_token: z.string() }).transform(({ access_token: token }) => token),
]);

interface Asked {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | ReturnType<typeof createReadStream>;
  readonly signal: AbortSignal;
}

export class Registry {
  readonly #origin: string;
  readonly #base: string;
  /** Header that a registry which asks for tokens wants to see. */
  #authorization: Readonly<Record<string, string>> = {};

  constructor(
    private readonly web: ReleaseWeb,
    private readonly repository: Pick<OciReference, 'host' | 'name'>,
  ) {
    this.#origin = registryOrigin(repository);
    this.#base = `${this.#origin}/v2/${repository.name}`;
  }

  /** What a tag stands for; null where there is none. */
  async digestOf(target: string, signal: AbortSignal): Promise<string | null> {
    const url = `${this.#base}/manifests/${target}`;
    const answer = await this.#ask(url, { method: 'HEAD', headers: acceptManifests, signal });
    if (answer.statusCode === 404) return null;
    if (answer.statusCode !== 200) throw unexpected(answer);
    const told = answer.headers['docker-content-digest'];
    if (typeof told === 'string' && /^sha256:[0-9a-f]{64}$/.test(told)) return told;
    // the specification does not make registries tell it
    return (await this.manifest(target, signal))?.digest ?? null;
  }

  /** Null where there is none; its bytes are checked where `target` is a digest. */
  async manifest(target: string, signal: AbortSignal): Promise<OciManifest | null> {
    const where = formatReference({ ...this.repository, target });
    const url = `${this.#base}/manifests/${target}`;
    const answer = await this.#ask(url, { headers: acceptManifests, signal }, manifestBytesMax);
    if (answer.statusCode === 404) return null;
    if (answer.statusCode !== 200) throw unexpected(answer);
    const digest = digestOf(answer.bytes);
    if (target.startsWith('sha256:') && digest !== target) {
      throw refused(`${where} is not what its digest says: the registry sent ${digest}.`);
    }
    const parsed = manifestSchema.safeParse(manifestJson(answer.bytes, where));
    if (!parsed.success) throw refused(`${where} is no manifest of an image or an artifact.`);
    return { digest, layers: parsed.data.layers };
  }

  /** A small blob, checked. */
  async blob(digest: string, bytesMax: number, signal: AbortSignal): Promise<Uint8Array> {
    const answer = await this.#ask(this.#blobUrl(digest), { signal }, bytesMax);
    if (answer.statusCode !== 200) throw unexpected(answer);
    if (digestOf(answer.bytes) === digest) return answer.bytes;
    throw refused(
      `${formatReference({ ...this.repository, target: digest })} is not what its digest says.`,
    );
  }

  /** A blob of any size, unchecked, once its answer has begun. */
  openBlob(digest: string, signal: AbortSignal): Promise<WebStream> {
    return this.#open(this.#blobUrl(digest), { signal });
  }

  /** Puts a blob there, unless it is there. A file is named by its path. */
  async putBlob(
    content: Uint8Array | string,
    { digest, size }: Pick<Descriptor, 'digest' | 'size'>,
    signal: AbortSignal,
  ): Promise<void> {
    const there = await this.#ask(this.#blobUrl(digest), { method: 'HEAD', signal });
    if (there.statusCode === 200) return;
    const begun = await this.#ask(`${this.#base}/blobs/uploads/`, { method: 'POST', signal });
    const { location } = begun.headers;
    if (begun.statusCode !== 202 || location === undefined) throw unexpected(begun);
    const url = new URL(location, this.#origin);
    url.searchParams.set('digest', digest);
    const headers = { 'content-type': 'application/octet-stream', 'content-length': `${size}` };
    const body = typeof content === 'string' ? createReadStream(content) : content;
    const done = await this.#open(url.href, { method: 'PUT', headers, body, signal });
    done.body.destroy();
    if (done.statusCode !== 201) throw unexpected(done);
  }

  /** Puts an OCI manifest under a tag; resolves with its digest. */
  async putManifest(tag: string, manifest: object, signal: AbortSignal): Promise<string> {
    const body = Buffer.from(JSON.stringify(manifest));
    const headers = { 'content-type': ociManifestType };
    const url = `${this.#base}/manifests/${tag}`;
    const answer = await this.#ask(url, { method: 'PUT', headers, body, signal });
    if (answer.statusCode !== 201) throw unexpected(answer);
    return digestOf(body);
  }

  #blobUrl(digest: string): string {
    return `${this.#base}/blobs/${digest}`;
  }

  async #ask(url: string, asked: Asked, bytesMax = answerBytesMax) {
    const send = () => this.web.ask(url, this.#withToken(url, asked), bytesMax);
    const answer = await send();
    if (!(await this.#gotToken(answer, asked.signal))) return answer;
    return send();
  }

  async #open(url: string, asked: Asked): Promise<WebStream> {
    const send = () => this.web.open(url, this.#withToken(url, asked));
    const answer = await send();
    // a stream cannot be sent again: whoever sends one has asked for something before
    if (asked.body !== undefined || !(await this.#gotToken(answer, asked.signal))) return answer;
    answer.body.destroy();
    return send();
  }

  #withToken(url: string, asked: Asked): Asked {
    const isOurs = new URL(url).origin === this.#origin;
    return { ...asked, headers: { ...asked.headers, ...(isOurs && this.#authorization) } };
  }

  /** True where the request was refused for want of a token, and there is one now. */
  async #gotToken(
    { statusCode, headers }: Pick<WebStream, 'statusCode' | 'headers'>,
    signal: AbortSignal,
  ): Promise<boolean> {
    const challenge = headers['www-authenticate'] ?? '';
    if (statusCode !== 401 || !/^bearer /i.test(challenge)) return false;
    const told = new Map([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, k, v]) => [k, v]));
    const realm = told.get('realm') ?? '';
    if (!URL.canParse(realm)) throw unavailable(this.#base, new Error('its token has no realm'));
    const url = new URL(realm);
    if (url.protocol !== 'https:' && url.origin !== registryOrigin(url)) {
      throw unavailable(this.#base, new Error(`tokens of ${url.origin} are not asked for`));
    }
    for (const name of ['service', 'scope']) {
      const value = told.get(name);
      if (value !== undefined) url.searchParams.set(name, value);
    }
    const answer = await this.web.ask(url.href, { signal }, answerBytesMax);
    if (answer.statusCode !== 200) throw unexpected(answer);
    const token = tokenSchema.safeParse(manifestJson(answer.bytes, url.href));
    if (!token.success) throw unavailable(url.href, new Error('there is no token in the answer'));
    this.#authorization = { authorization: `Bearer ${token.data}` };
    return true;
  }
}

/** `sha256:HEX`. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

const acceptManifests = { accept: manifestTypes.join(', ') };
