/** Requests signed once and sent many times: a signature holds for minutes, and load generators cannot sign. */
import { signatureTime, signedHeaders } from '../../src/lib/index.js';
import { operatorKey, parseSecrets, region } from '../../src/types/index.js';

/** A signature holds for five minutes before its time and after it: so for nine, and long runs need no other. */
const aheadMs = 4 * 60_000;

export interface Unsigned {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

/** The given headers and those that sign them, by the cluster secret in `secretText`. */
export function signed(request: Unsigned, secretText: string): Record<string, string> {
  const { method, headers, body } = request;
  const [secret] = parseSecrets(secretText, 'the secret');
  if (secret === undefined) throw new Error('there is no secret');
  const time = signatureTime(Date.now() + aheadMs);
  const scope = { time, region, service: 'lambda' };
  const url = new URL(request.url);
  return {
    ...headers,
    ...signedHeaders({ method, url, headers, body }, operatorKey(secret), scope),
  };
}
