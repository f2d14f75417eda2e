/**
 * A client that knows two addresses, as SDKs are told to: where nothing could be sent to one of them, the other
 * is asked; and what may be repeated is asked once more at the other one where no whole answer came.
 */
import { Pool } from 'undici';
import { type SigningCredential, signatureTime, signedHeaders } from '../../../src/lib/index.js';
import { region } from '../../../src/types/index.js';
import type { BalancerName } from '../records.js';

export interface Address<Name> {
  readonly name: Name;
  readonly url: string;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whoever asks it twice gets what he would have got. */
  readonly mayRepeat: boolean;
}

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

export interface Answered<Name = BalancerName> {
  readonly through: Name;
  /** 0: no whole answer came. */
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Of an answer that did not come. */
  readonly error: string | null;
}

export interface ClientOptions {
  readonly key: SigningCredential | null;
  readonly timeoutMs: number;
}

/** Below what any balancer keeps an idle connection: none is closed just as it is used. */
const idleMs = 2000;
const connectTimeoutMs = 2000;
/** Of connecting: not a byte of the request has been sent. */
const notConnected: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const timedOut = 'timeout';

export class BalancedClient<Name extends string = BalancerName> {
  readonly #doors: readonly Door<Name>[];

  constructor(addresses: readonly Address<Name>[], options: ClientOptions) {
    this.#doors = addresses.map((address) => new Door(address, options));
  }

  /** `way` in [0, 1): which address is asked first. Never rejects. */
  async ask(asked: Asked, way: number): Promise<Answered<Name>> {
    const first = Math.floor(way * this.#doors.length);
    const answered = await this.#door(first).ask(asked);
    const { error } = answered;
    if (error === null || error === timedOut || this.#doors.length < 2) return answered;
    if (!asked.mayRepeat && !notConnected.has(error)) return answered;
    return this.#door((first + 1) % this.#doors.length).ask(asked);
  }

  async close(): Promise<void> {
    await Promise.all(this.#doors.map((door) => door.close()));
  }

  #door(index: number): Door<Name> {
    return this.#doors[index] as Door<Name>;
  }
}

class Door<Name> {
  readonly #name: Name;
  readonly #url: URL;
  readonly #pool: Pool;
  readonly #options: ClientOptions;

  constructor({ name, url }: Address<Name>, options: ClientOptions) {
    this.#name = name;
    this.#url = new URL(url);
    this.#options = options;
    // as many connections as there are requests under way: nobody waits for somebody else's answer
    this.#pool = new Pool(this.#url.origin, {
      connections: null,
      keepAliveTimeout: idleMs,
      keepAliveMaxTimeout: idleMs,
      connectTimeout: connectTimeoutMs,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  async ask({ method, path, headers, body }: Asked): Promise<Answered<Name>> {
    const through = this.#name;
    try {
      const answer = await this.#pool.request({
        method: method as 'POST',
        path,
        headers: { ...headers, ...this.#signature(method, path, headers, body) },
        body: body === '' ? null : body,
        signal: AbortSignal.timeout(this.#options.timeoutMs),
      });
      const text = await answer.body.text();
      return { through, status: answer.statusCode, headers: answer.headers, text, error: null };
    } catch (thrown) {
      return { through, status: 0, headers: {}, text: '', error: codeOf(thrown) };
    }
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }

  #signature(method: string, path: string, headers: Asked['headers'], body: string) {
    const { key } = this.#options;
    if (key === null) return {};
    const scope = { time: signatureTime(Date.now()), region, service: 'lambda' };
    return signedHeaders({ method, url: new URL(path, this.#url), headers, body }, key, scope);
  }
}

/** `ECONNREFUSED`, `UND_ERR_SOCKET: other side closed`, `timeout`. */
function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown.name === 'TimeoutError') return timedOut;
  const { code } = thrown as NodeJS.ErrnoException;
  if (code === 'UND_ERR_SOCKET') return `${code}: ${thrown.message}`;
  return code ?? `${thrown.name}: ${thrown.message}`;
}
