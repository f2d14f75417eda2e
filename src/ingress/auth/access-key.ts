/**
 * An access key: who shows that it holds the secret may do what the key allows. Ids and secrets look like
 * AWS's, so that AWS's tools take them.
 */
import { type SigningCredential, secureBytes } from '../../lib/index.js';
import { operatorKey } from '../../types/index.js';
import { allGrants, type Grants } from './caller.js';

export interface RateLimit {
  readonly perS: number;
  /** How many may come at once after a pause. */
  readonly burst: number;
}

/** What may be changed of a key. */
export interface KeySettings extends Grants {
  readonly description: string;
  readonly enabled: boolean;
  /** Of each node, for the nodes do not count together. */
  readonly rateLimit: RateLimit | null;
}

export interface AccessKey extends KeySettings, SigningCredential {
  /** ISO 8601; empty for the operator's. */
  readonly createdAt: string;
}

const idAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function newCredential(): SigningCredential {
  const digits = [...secureBytes(16)].map((byte) => idAlphabet[byte % idAlphabet.length]);
  return { id: `AKIA${digits.join('')}`, secret: secureBytes(30).toString('base64') };
}

/** What the holder of the cluster's secret signs with, to make the first key and whatever else. */
export function operatorKeyOf(secret: Uint8Array): AccessKey {
  return {
    ...operatorKey(secret),
    ...allGrants,
    description: 'the cluster secret',
    enabled: true,
    rateLimit: null,
    createdAt: '',
  };
}
