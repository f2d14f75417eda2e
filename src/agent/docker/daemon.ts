/**
 * The Docker daemon of this host. Every call goes through here: some at a time, each with a deadline, and
 * each failure told as one of two things. Either the daemon does not answer, which is a HearthError for
 * whoever asked, or it refuses, which is a DockerRefusal that the caller may understand.
 */
import { Agent } from 'node:http';
import type Docker from 'dockerode';
import type { Clock } from '../../lib/index.js';
import { HearthError, limits } from '../../types/index.js';
import { CallSlots } from './call-slots.js';

export interface DockerDaemonOptions {
  /** The daemon's Unix socket. */
  readonly socketPath: string;
  /** Calls at the same time; those on top wait. */
  readonly callsAtOnce?: number | undefined;
  /** From the wish to the answer, the waiting included. */
  readonly callTimeoutMs?: number | undefined;
}

/** The daemon's answer is no: `statusCode` and `reason` as it told them. */
export class DockerRefusal extends Error {
  override readonly name = 'DockerRefusal';
  constructor(
    message: string,
    readonly statusCode: number,
    readonly reason: string,
  ) {
    super(message);
  }
}

const defaultSocketPath = '/var/run/docker.sock';
const callsAtOnceDefault = 4;
const callTimeoutMsDefault = 30_000;
/** What the client puts before the daemon's words. */
const clientPrefix = /^\(HTTP code \d+\) [^-]* - /;

/** What DOCKER_HOST says, else the usual place. Throws `invalid-parameter` for a daemon elsewhere. */
export function dockerSocketPath(dockerHost: string | undefined): string {
  if (dockerHost === undefined || dockerHost === '') return defaultSocketPath;
  if (dockerHost.startsWith('unix://')) return dockerHost.slice('unix://'.length);
  if (dockerHost.startsWith('/')) return dockerHost;
  throw new HearthError(
    'invalid-parameter',
    `DOCKER_HOST is ${dockerHost}, but sandboxes need a Docker daemon on this host; ` +
      'set it to unix:///path/of/docker.sock, or unset it.',
  );
}

export class DockerDaemon {
  readonly where: string;
  readonly #slots: CallSlots;
  readonly #timeoutMs: number;
  #docker: Promise<Docker> | null = null;

  constructor(
    private readonly deps: { readonly clock: Clock },
    private readonly options: DockerDaemonOptions,
  ) {
    this.where = `unix://${options.socketPath}`;
    this.#slots = new CallSlots(
      options.callsAtOnce ?? callsAtOnceDefault,
      limits.dockerCallsWaitingMax,
    );
    this.#timeoutMs = options.callTimeoutMs ?? callTimeoutMsDefault;
  }

  /**
   * A short call. `what` completes the sentence "the daemon was to ...". Rejects with DockerRefusal, or with
   * `sandbox-unavailable` where no answer comes.
   */
  call<Result>(
    what: string,
    operation: (docker: Docker, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    return this.#until(what, this.#timeoutMs, (signal) => {
      const run = async (): Promise<Result> => operation(await this.#client(), signal);
      return this.#slots.run(run, signal, () => this.#unavailable(what, 'too many calls wait'));
    });
  }

  /** A long one, such as making an image: it takes no slot, and has a deadline of its own. */
  longCall<Result>(
    what: string,
    timeoutMs: number,
    operation: (docker: Docker, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    return this.#until(what, timeoutMs, async (signal) => operation(await this.#client(), signal));
  }

  /** A call that lasts as long as what it watches: without slot and deadline, until the signal ends it. */
  async watch<Result>(
    what: string,
    operation: (docker: Docker) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await operation(await this.#client());
    } catch (error) {
      throw this.#told(what, error);
    }
  }

  async #until<Result>(
    what: string,
    timeoutMs: number,
    operation: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const controller = new AbortController();
    const expired = new Promise<never>((_, reject) => {
      controller.signal.addEventListener('abort', () => reject(controller.signal.reason as Error));
    });
    const cancel = this.deps.clock.after(timeoutMs, () => {
      controller.abort(this.#unavailable(what, `no answer within ${timeoutMs / 1000} s`));
    });
    try {
      // raced: an answer that breaks off in the middle would leave the client without a word
      return await Promise.race([operation(controller.signal), expired]);
    } catch (error) {
      throw controller.signal.aborted ? controller.signal.reason : this.#told(what, error);
    } finally {
      cancel();
    }
  }

  #told(what: string, error: unknown): Error {
    if (error instanceof HearthError || error instanceof DockerRefusal) return error;
    const { statusCode, json, code, message } = error as {
      statusCode?: number;
      json?: { message?: string } | null;
      code?: string;
      message?: string;
    };
    if (statusCode !== undefined) {
      const reason = (json?.message ?? message ?? '').replace(clientPrefix, '').trim();
      return new DockerRefusal(
        `The Docker daemon at ${this.where} refused to ${what}: ${reason}`,
        statusCode,
        reason,
      );
    }
    return this.#unavailable(what, code ?? message ?? String(error));
  }

  #unavailable(what: string, why: string): HearthError {
    return new HearthError(
      'sandbox-unavailable',
      `The Docker daemon at ${this.where} was to ${what} and does not answer (${why}); ` +
        'see that it runs and that this user may use it, or send the request to another node.',
    );
  }

  #client(): Promise<Docker> {
    this.#docker ??= import('dockerode').then(({ default: Client }) => {
      // an empty host: else DOCKER_HOST would win; no connections kept: a restarted daemon would break them
      const agent = new Agent({ keepAlive: false });
      const options = { socketPath: this.options.socketPath, host: '', agent };
      return new Client(options);
    });
    return this.#docker;
  }
}
