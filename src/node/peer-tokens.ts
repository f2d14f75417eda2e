/** What nodes show each other over HTTP to prove that they hold a secret; made anew when secrets change. */
import { peerToken } from './secret.js';

export class PeerTokens {
  #accepted: readonly string[] = [];

  constructor(secrets: readonly Uint8Array[]) {
    this.use(secrets);
  }

  use(secrets: readonly Uint8Array[]): void {
    this.#accepted = secrets.map(peerToken).filter((token) => token !== null);
  }

  /** Of the secret in use; null where there is none. */
  get shown(): string | null {
    return this.#accepted[0] ?? null;
  }

  /** Of all secrets held. */
  get accepted(): readonly string[] {
    return this.#accepted;
  }
}
