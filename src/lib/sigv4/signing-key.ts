/** HMAC-SHA-256 (RFC 2104) by a key that signs many short texts: two hashes at once, which take a fraction of what an object of node:crypto does. */
import { hash } from 'node:crypto';

const blockBytes = 64;
const hashBytes = 32;
const innerPad = 0x36;
const outerPad = 0x5c;

export class SigningKey {
  readonly #inner = Buffer.alloc(blockBytes, innerPad);
  /** With room for the inner hash. */
  readonly #outer = Buffer.alloc(blockBytes + hashBytes, outerPad);

  /** `key`: a block at most. */
  constructor(key: Uint8Array) {
    for (const [at, byte] of key.entries()) {
      this.#inner[at] = innerPad ^ byte;
      this.#outer[at] = outerPad ^ byte;
    }
  }

  /** In hex. */
  sign(text: string): string {
    const inner = Buffer.concat([this.#inner, Buffer.from(text)]);
    this.#outer.write(hash('sha256', inner, 'hex'), blockBytes, 'hex');
    return hash('sha256', this.#outer, 'hex');
  }
}
