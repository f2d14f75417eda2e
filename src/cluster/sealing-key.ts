/**
 * The key that seals what is secret in the log (environments of functions): made when the cluster is
 * founded, handed to each node at its admission, and kept in `sealing.key` of its data directory, there
 * itself sealed by the cluster secret where there is one. So the log and its snapshots tell nothing
 * without that file, nor the whole directory without the secret.
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Logger, replaceFile, secureBytes } from '../lib/index.js';

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
/** The first byte of the file: how the key lies in it. */
const plain = 0;
const sealed = 1;

export class SealingKeyFile {
  readonly #path: string;
  #key: Uint8Array | null = null;

  constructor(
    dataDirectory: string,
    private readonly logger: Logger,
    private secrets: readonly Uint8Array[],
  ) {
    this.#path = join(dataDirectory, 'sealing.key');
  }

  /** Null until it is made, read or received. */
  get key(): Uint8Array | null {
    return this.#key;
  }

  /** Reads the key. Null where there is none that the secrets open: others hand it over at admission. */
  async open(): Promise<Uint8Array | null> {
    const content = await readFile(this.#path).catch(() => null);
    if (content !== null) this.#key = this.#read(content);
    if (content !== null && this.#key === null) {
      this.logger.warn({ path: this.#path }, 'the cluster secret does not open the sealing key');
    }
    return this.#key;
  }

  /** The key of a new cluster, on disk. */
  async make(): Promise<Uint8Array> {
    const key = secureBytes(keyBytes);
    await this.save(key);
    return key;
  }

  /** Keeps the key that another node has handed over. */
  async save(key: Uint8Array): Promise<void> {
    if (key.length !== keyBytes) return;
    this.#key = Uint8Array.from(key);
    await replaceFile(this.#path, this.#write(this.#key));
  }

  /** The cluster secrets are these now: the file is sealed by the first. */
  async useSecrets(secrets: readonly Uint8Array[]): Promise<void> {
    this.secrets = secrets;
    if (this.#key !== null) await this.save(this.#key);
  }

  #read(content: Buffer): Uint8Array | null {
    const body = content.subarray(1);
    if (content[0] === plain) return body.length === keyBytes ? Uint8Array.from(body) : null;
    if (content[0] !== sealed || body.length !== nonceBytes + keyBytes + tagBytes) return null;
    for (const secret of this.secrets) {
      const cipher = createDecipheriv('aes-256-gcm', wrapper(secret), body.subarray(0, nonceBytes));
      cipher.setAuthTag(body.subarray(-tagBytes));
      try {
        return Buffer.concat([cipher.update(body.subarray(nonceBytes, -tagBytes)), cipher.final()]);
      } catch {
        // sealed by another secret
      }
    }
    return null;
  }

  #write(key: Uint8Array): Buffer {
    const [secret] = this.secrets;
    if (secret === undefined) return Buffer.concat([Buffer.of(plain), key]);
    const nonce = secureBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', wrapper(secret), nonce);
    const data = Buffer.concat([cipher.update(key), cipher.final()]);
    return Buffer.concat([Buffer.of(sealed), nonce, data, cipher.getAuthTag()]);
  }
}

function wrapper(secret: Uint8Array): Uint8Array {
  return new Uint8Array(
    hkdfSync('sha256', secret, new Uint8Array(), 'hearth sealing key v1', keyBytes),
  );
}
