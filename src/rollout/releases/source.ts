/** Where releases are looked for: a directory, a manifest over HTTP, or a tag of an OCI registry. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Manifest } from '../types.js';
import { DirectorySource } from './directory-source.js';
import { HttpSource } from './http-source.js';
import { OciSource } from './oci-source.js';
import { parseReference } from './reference.js';
import type { ReleaseWeb } from './web.js';

export type Looked =
  | { readonly kind: 'unchanged' }
  /** There is no manifest, which is no failure: a place for one. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'offer'; readonly manifest: Manifest };

export interface ReleaseSource {
  /**
   * What is there now, as far as it is not the same as at the last look. That it is rightly signed is not said.
   * Throws `release-refused` where it is no manifest, `release-unavailable` where it cannot be had; it is then looked
   * at again as if it had not been seen.
   */
  look(signal: AbortSignal): Promise<Looked>;
  /** The next look tells again what is there. */
  forget(): void;
}

/** Does no I/O. Throws `invalid-parameter` where the address is none. */
export function openSource(address: string, { web }: { readonly web: ReleaseWeb }): ReleaseSource {
  if (/^https?:\/\//.test(address)) return new HttpSource(web, address);
  if (address.startsWith('oci:')) return new OciSource(web, parseReference(address));
  const isUrl = address.startsWith('file:');
  return new DirectorySource(isUrl ? fileURLToPath(address) : resolve(address));
}
