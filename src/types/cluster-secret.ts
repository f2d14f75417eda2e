/**
 * The secret that all members of a cluster share, as it stands in its file: one per line, so that an old
 * and a new one can stand side by side while the cluster goes over from one to the other. The first is
 * the one in use; blank lines and lines that begin with `#` say nothing.
 */
import { hkdfSync } from 'node:crypto';
import { HearthError } from './errors.js';
import { limits } from './limits.js';

const secretBytesMin = 16;
const idBytes = 4;
const operatorKeyBytes = 30;

/** 8 hex digits that name a secret in public, and tell nothing of it. */
export function secretId(secret: Uint8Array): string {
  return Buffer.from(hkdfSync('sha256', secret, '', 'hearth secret id v1', idBytes)).toString(
    'hex',
  );
}

/** What the holder of the secret signs requests with where no access key is at hand: an id and a secret. */
export function operatorKey(secret: Uint8Array): { readonly id: string; readonly secret: string } {
  const derived = hkdfSync('sha256', secret, '', 'hearth operator key v1', operatorKeyBytes);
  return {
    id: `HEARTH${secretId(secret).toUpperCase()}`,
    secret: Buffer.from(derived).toString('base64'),
  };
}

/** The secret on one line, given as latin1; null for a blank line or a comment. */
export function secretOnLine(line: string): Uint8Array | null {
  const text = line.trim();
  return text === '' || text.startsWith('#') ? null : Buffer.from(text, 'latin1');
}

/**
 * The secrets of a whole file, given as latin1; the first is in use. Throws `invalid-parameter` where
 * there is none, or one is too short, too many or twice; `what` names the file in the message.
 */
export function parseSecrets(text: string, what: string): readonly Uint8Array[] {
  const secrets = text
    .split('\n')
    .map(secretOnLine)
    .filter((secret) => secret !== null);
  if (secrets.length === 0) throw refused(`${what} holds no secret; ${advice}.`);
  if (secrets.length > limits.secretsMax) {
    throw refused(
      `${what} holds ${secrets.length} secrets, more than ${limits.secretsMax}; remove the oldest.`,
    );
  }
  for (const { length } of secrets) {
    if (length < secretBytesMin) {
      throw refused(
        `${what} holds a secret of ${length} bytes, fewer than ${secretBytesMin}; ${advice}.`,
      );
    }
  }
  const ids = secrets.map(secretId);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined)
    throw refused(`${what} holds the secret ${twice} twice; remove one line.`);
  return secrets;
}

const advice = "make one with 'hearth secret new FILE' or with 'openssl rand -hex 32'";

function refused(message: string): HearthError {
  return new HearthError('invalid-parameter', message);
}
