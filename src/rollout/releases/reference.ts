/** Names of things in an OCI registry: `oci://HOST[:PORT]/NAME:TAG` and `oci://HOST[:PORT]/NAME@sha256:HEX`. */
import { HearthError, isLoopback } from '../../types/index.js';

export interface OciReference {
  /** With its port. */
  readonly host: string;
  readonly name: string;
  /** A tag, or `sha256:HEX`. */
  readonly target: string;
}

/** The grammar of the distribution specification for names, tags and digests. */
const part = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const grammar = new RegExp(
  `^oci://([A-Za-z0-9.-]+(?::\\d{1,5})?|\\[[0-9A-Fa-f:]+\\](?::\\d{1,5})?)/(${part}(?:/${part})*)(?::(\\w[\\w.-]{0,127})|@(sha256:[0-9a-f]{64}))$`,
);

/** Throws `invalid-parameter`. */
export function parseReference(address: string): OciReference {
  const [, host, name, tag, digest] = grammar.exec(address) ?? [];
  const target = tag ?? digest;
  if (host !== undefined && name !== undefined && target !== undefined) {
    return { host, name, target };
  }
  throw new HearthError(
    'invalid-parameter',
    `${address.slice(0, 300)} is neither oci://HOST[:PORT]/NAME:TAG nor oci://HOST[:PORT]/NAME@sha256:HEX.`,
  );
}

export function formatReference({ host, name, target }: OciReference): string {
  return `oci://${host}/${name}${target.startsWith('sha256:') ? '@' : ':'}${target}`;
}

/** Where the registry answers: without encryption on loopback alone. */
export function registryOrigin({ host }: Pick<OciReference, 'host'>): string {
  const { hostname } = new URL(`https://${host}`);
  return `${isLoopback(hostname.replace(/^\[|\]$/g, '')) ? 'http' : 'https'}://${host}`;
}

/** The tag under which the signed manifest of what has this digest stands, as cosign names its signatures. */
export function signatureTag(digest: string): string {
  return `${digest.replace(':', '-')}.hearth`;
}
