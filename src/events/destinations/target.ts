/**
 * Where the record of an ended event goes, as users write it: a function or a stream by its ARN, or, which
 * AWS does not have, a webhook by its URL.
 */
import { account, region } from '../../types/index.js';

export type Target =
  | { readonly kind: 'function'; readonly name: string; readonly qualifier: string | null }
  | { readonly kind: 'stream'; readonly name: string }
  | { readonly kind: 'webhook'; readonly url: string };

/** AWS's limit for the ARN of a destination. */
const targetCharsMax = 350;
const here = `${region}:${account}`;
const functionPattern = new RegExp(
  `^arn:aws:lambda:${here}:function:([a-zA-Z0-9-_]{1,64})(?::(\\$LATEST|[a-zA-Z0-9-_]{1,128}))?$`,
);
const streamPattern = new RegExp(`^arn:aws:kinesis:${here}:stream/([a-zA-Z0-9_.-]{1,128})$`);

/** Null for what Hearth cannot deliver to, such as a queue of AWS. */
export function parseTarget(text: string): Target | null {
  if (text.length > targetCharsMax) return null;
  const [, functionName, qualifier = null] = functionPattern.exec(text) ?? [];
  if (functionName !== undefined) return { kind: 'function', name: functionName, qualifier };
  const [, streamName] = streamPattern.exec(text) ?? [];
  if (streamName !== undefined) return { kind: 'stream', name: streamName };
  return /^https?:\/\//i.test(text) ? webhook(text) : null;
}

/** Credentials do not belong into configurations that everybody can read; a fragment is never sent. */
function webhook(text: string): Target | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url?.username === '' && url.password === '' && url.hash === '';
  return isPlain ? { kind: 'webhook', url: url.href } : null;
}
