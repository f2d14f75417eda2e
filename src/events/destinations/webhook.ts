/**
 * Delivers to webhooks: one signed POST, one short answer. Only a status of 200 to 299 is a success; redirects
 * are not followed, for what was signed is for the address that the user has named.
 */
import { Agent, request } from 'undici';
import { type Clock, checkedLookup, checkHost, RefusedAddressError } from '../../lib/index.js';
import type { DeliveryResult } from '../async/index.js';
import type { Deliverer, Dispatch } from './deliverer.js';
import { webhookHeaders } from './signature.js';
import type { Target } from './target.js';

const connectTimeoutMs = 5000;
/** From the first byte out to the last in. Receivers are asked to answer before they work. */
const attemptTimeoutMs = 20_000;
/** More of an answer is not read. */
const answerBytesMax = 64 * 1024;
const connectionsPerOriginMax = 16;

export interface WebhookDeps {
  /** The secrets that sign, the one in use first. Throws HearthError where there is none to be had. */
  secrets(): Promise<readonly string[]>;
  readonly clock: Clock;
}

export class WebhookDeliverer implements Deliverer<'webhook'> {
  readonly #agent = new Agent({
    connect: { timeout: connectTimeoutMs, lookup: checkedLookup },
    connections: connectionsPerOriginMax,
    headersTimeout: attemptTimeoutMs,
    bodyTimeout: attemptTimeoutMs,
  });

  constructor(private readonly deps: WebhookDeps) {}

  async deliver(
    { url }: Extract<Target, { kind: 'webhook' }>,
    dispatch: Dispatch,
    signal: AbortSignal,
  ): Promise<DeliveryResult> {
    const attempt = new AbortController();
    const stop = (): void => attempt.abort(new Error('this node stops'));
    const late = new Error(`it did not answer within ${attemptTimeoutMs / 1000} s`);
    const cancel = this.deps.clock.after(attemptTimeoutMs, () => attempt.abort(late));
    signal.addEventListener('abort', stop);
    try {
      checkHost(new URL(url).hostname);
      return await this.#post(url, dispatch, attempt.signal);
    } catch (thrown) {
      const error = (thrown as Error).message || 'it could not be reached';
      return { kind: isRefused(thrown) ? 'refused' : 'retry', error };
    } finally {
      cancel();
      signal.removeEventListener('abort', stop);
    }
  }

  /** Ends what is under way. */
  stop(): Promise<void> {
    return this.#agent.destroy();
  }

  async #post(
    url: string,
    { id, message }: Dispatch,
    signal: AbortSignal,
  ): Promise<DeliveryResult> {
    const timestampS = Math.floor(this.deps.clock.wallMs() / 1000);
    const secrets = await this.deps.secrets();
    const { statusCode, body } = await request(url, {
      method: 'POST',
      dispatcher: this.#agent,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Hearth-Webhooks/1',
        ...attributeHeaders(message.attributes),
        ...webhookHeaders(secrets, { id, timestampS, body: message.body }),
      },
      body: message.body,
      signal,
    });
    // the status has said it all: an answer that breaks off or never ends changes nothing
    await body.dump({ limit: answerBytesMax, signal }).catch(() => {});
    return judged(statusCode);
  }
}

/** Of an answer that came: which of them are final. */
function judged(status: number): DeliveryResult {
  if (status >= 200 && status < 300) return { kind: 'done' };
  const error = `it answered with status ${status}`;
  if (status >= 300 && status < 400) {
    return { kind: 'refused', error: `${error}, and redirects are not followed` };
  }
  // Gone: the specification's way to say that nobody listens there any more
  return { kind: status === 410 ? 'refused' : 'retry', error };
}

/** `ErrorMessage` becomes `x-hearth-error-message`; what no header can carry is percent-encoded. */
function attributeHeaders(attributes: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      `x-hearth-${name.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()}`,
      Buffer.from(value)
        .toString()
        .replace(/[^\x20-\x24\x26-\x7e]/gu, encodeURIComponent),
    ]),
  );
}

/** Undici may wrap what the lookup has thrown. */
function isRefused(thrown: unknown): boolean {
  if (thrown instanceof RefusedAddressError) return true;
  if (thrown instanceof AggregateError) return thrown.errors.some(isRefused);
  return thrown instanceof Error && thrown.cause !== undefined && isRefused(thrown.cause);
}
