/**
 * Signatures of webhooks by the Standard Webhooks specification: HMAC-SHA256 over id, time and body with a
 * secret that both sides know. While a secret is being replaced, messages carry a signature of each.
 *
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { createHmac } from 'node:crypto';
import { secureBytes } from '../../lib/index.js';

const prefix = 'whsec_';
/** The specification asks for 24 to 64. */
const secretBytes = 32;

/** `whsec_` and base64, as receivers' libraries take it. */
export function newWebhookSecret(): string {
  return prefix + secureBytes(secretBytes).toString('base64');
}

export interface SignedParts {
  readonly id: string;
  readonly timestampS: number;
  readonly body: Uint8Array;
}

/** The headers of one attempt. The first of the secrets is the one in use. */
export function webhookHeaders(
  secrets: readonly string[],
  parts: SignedParts,
): Readonly<Record<string, string>> {
  return {
    'webhook-id': parts.id,
    'webhook-timestamp': String(parts.timestampS),
    'webhook-signature': secrets.map((secret) => signature(secret, parts)).join(' '),
  };
}

function signature(secret: string, { id, timestampS, body }: SignedParts): string {
  const key = Buffer.from(secret.slice(prefix.length), 'base64');
  const hmac = createHmac('sha256', key).update(`${id}.${timestampS}.`).update(body);
  return `v1,${hmac.digest('base64')}`;
}
