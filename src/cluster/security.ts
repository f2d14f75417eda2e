/**
 * How connections between nodes are secured: mutual TLS by the cluster's secrets, or nothing where there
 * is no secret (then every address is loopback). Secrets may change while connections stand: those stay as
 * they are, later ones are made and accepted by the new secrets.
 */
import type { Socket } from 'node:net';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { ChannelCredentials, credentials, ServerCredentials } from '@grpc/grpc-js';
import { tlsContextOf } from './tls-context.js';

export class Security {
  #client: ChannelCredentials;
  readonly #server: ServerCredentials | RenewableServerCredentials;
  #context: SecureContextOptions | null;
  #secrets: readonly Uint8Array[];

  /** The first secret is shown to others, any is accepted. None: plain connections. */
  constructor(secrets: readonly Uint8Array[]) {
    this.#secrets = secrets;
    this.#context = tlsContextOf(secrets);
    this.#client = channelCredentials(this.#context);
    this.#server =
      this.#context === null
        ? ServerCredentials.createInsecure()
        : new RenewableServerCredentials(this.#context);
  }

  /** For one channel, that will take the secrets of the moment whenever it connects. */
  channel(): ConnectionCredentials {
    return new ConnectionCredentials(() => this.#client);
  }

  get server(): ServerCredentials {
    return this.#server;
  }

  /** Those in use. */
  get secrets(): readonly Uint8Array[] {
    return this.#secrets;
  }

  /** What a TLS connection to a member takes; null where there is no secret. */
  get context(): SecureContextOptions | null {
    return this.#context;
  }

  /**
   * From now on these. Ignored where that would begin or end encryption: the members that run on would be
   * cut off.
   */
  use(secrets: readonly Uint8Array[]): void {
    const context = tlsContextOf(secrets);
    if (context === null || !(this.#server instanceof RenewableServerCredentials)) return;
    this.#secrets = secrets;
    this.#context = context;
    this.#client = channelCredentials(context);
    this.#server.use(context);
  }
}

function channelCredentials(context: SecureContextOptions | null): ChannelCredentials {
  return context === null
    ? credentials.createInsecure()
    : credentials.createFromSecureContext(createSecureContext(context), {
        rejectUnauthorized: true,
      });
}

/** grpc-js creates no server credentials with a least TLS version, or none that change. */
class RenewableServerCredentials extends ServerCredentials {
  constructor(context: SecureContextOptions) {
    super({ requestCert: true, rejectUnauthorized: true }, context);
  }

  use(context: SecureContextOptions): void {
    this.updateSecureContextOptions(context);
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other;
  }
}

type SecureConnector = ReturnType<ChannelCredentials['_createSecureConnector']>;

/**
 * Each new connection takes the credentials of its moment. grpc-js keeps the connections of a closed channel
 * for seconds, and those that were not yet established for ever: `close` ends them all.
 */
export class ConnectionCredentials extends ChannelCredentials {
  readonly #sockets = new Set<Socket>();
  #closed = false;

  constructor(private readonly current: () => ChannelCredentials) {
    super();
  }

  close(): void {
    this.#closed = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  override compose(): never {
    throw new Error('calls between nodes carry no credentials of their own');
  }

  override _isSecure(): boolean {
    return this.current()._isSecure();
  }

  /** Channels share no connections. */
  override _equals(other: ChannelCredentials): boolean {
    return this === other;
  }

  override _createSecureConnector(
    ...channel: Parameters<ChannelCredentials['_createSecureConnector']>
  ): SecureConnector {
    const make = (): SecureConnector => this.current()._createSecureConnector(...channel);
    const callCredentials = make().getCallCredentials();
    return {
      connect: (socket) => {
        this.#keep(socket);
        return make().connect(socket);
      },
      waitForReady: () => Promise.resolve(),
      getCallCredentials: () => callCredentials,
      destroy: () => {},
    };
  }

  #keep(socket: Socket): void {
    if (this.#closed) {
      socket.destroy();
      throw new Error('the channel was closed');
    }
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
