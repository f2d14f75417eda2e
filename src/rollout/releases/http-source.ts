/** A manifest over HTTP: asked for with what the last answer said of itself, so that an old one costs no body. */
import type { IncomingHttpHeaders } from 'node:http';
import { manifestBytesMax, manifestJson, parseManifest } from './manifest.js';
import type { Looked, ReleaseSource } from './source.js';
import { type ReleaseWeb, unexpected } from './web.js';

export class HttpSource implements ReleaseSource {
  #condition: Readonly<Record<string, string>> = {};
  /** For servers that know no conditions. */
  #seen: Uint8Array | null = null;

  constructor(
    private readonly web: ReleaseWeb,
    private readonly address: string,
  ) {}

  forget(): void {
    this.#condition = {};
    this.#seen = null;
  }

  async look(signal: AbortSignal): Promise<Looked> {
    const headers = { accept: 'application/json', ...this.#condition };
    const answer = await this.web.ask(this.address, { headers, signal }, manifestBytesMax);
    if (answer.statusCode === 304 && this.#seen !== null) return { kind: 'unchanged' };
    if (answer.statusCode !== 200) throw unexpected({ ...answer, url: this.address });
    if (this.#seen !== null && Buffer.compare(this.#seen, answer.bytes) === 0) {
      return { kind: 'unchanged' };
    }
    // what it names is relative to where it was in the end
    const manifest = parseManifest(manifestJson(answer.bytes, this.address), answer.url);
    this.#condition = conditionOf(answer.headers);
    this.#seen = answer.bytes;
    return { kind: 'offer', manifest };
  }
}

/** RFC 9110, 13.1: an entity tag where there is one, else the time of the last change. */
function conditionOf(headers: IncomingHttpHeaders): Record<string, string> {
  const { etag, 'last-modified': lastModified } = headers;
  if (etag !== undefined) return { 'if-none-match': etag };
  return lastModified === undefined ? {} : { 'if-modified-since': lastModified };
}
