/**
 * Where code can be fetched, as answers tell it. Where callers have to say who they are, the cluster signs the
 * address itself, for ten minutes as AWS does: who was told it may fetch it, by any tool that reads URLs.
 */
import { timingSafeEqual } from 'node:crypto';
import type { CatalogService } from '../../catalog/index.js';
import type { Clock } from '../../lib/index.js';
import type { BundleHash } from '../../types/index.js';
import { queryValue, type RequestHead } from '../http/http.js';

const goodForS = 600;

export class CodeLinks {
  constructor(
    private readonly catalog: Pick<CatalogService, 'proof'>,
    private readonly clock: Clock,
    /** Callers have to say who they are. */
    private readonly guarded: boolean,
  ) {}

  /** `origin`: `http://HOST` as the caller sees this node. */
  url(origin: string, hash: BundleHash): string {
    const path = `/_hearth/code/${hash}`;
    if (!this.guarded) return origin + path;
    const expiresS = Math.floor(this.clock.wallMs() / 1000) + goodForS;
    return `${origin}${path}?Expires=${expiresS}&Signature=${this.#proof(path, String(expiresS))}`;
  }

  /** Whether a request is for an address that some node of the cluster has signed. */
  opens({ method, path, query }: RequestHead): boolean {
    const expires = queryValue(query, 'Expires');
    const signature = queryValue(query, 'Signature');
    if (expires === undefined || signature === undefined || method !== 'GET') return false;
    if (!(Number(expires) * 1000 > this.clock.wallMs())) return false;
    const expected = Buffer.from(this.#proof(path, expires));
    const shown = Buffer.from(signature);
    return shown.length === expected.length && timingSafeEqual(shown, expected);
  }

  #proof(path: string, expires: string): string {
    return this.catalog.proof(`code link 1\n${path}\n${expires}`);
  }
}
