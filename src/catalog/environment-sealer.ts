/**
 * Environments are secret: names and values together are sealed with the cluster's key by the node that
 * proposes a change, so that the log, snapshots and what travels between nodes hold only the sealed form.
 * AES-256-GCM with a random nonce; the function's name is authenticated too, so that one function's
 * environment cannot be put under another.
 *
 *     base64( u8 1 | nonce, 12 bytes | ciphertext | tag, 16 bytes )
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { secureBytes } from '../lib/index.js';
import { HearthError } from '../types/index.js';
import type { FunctionRecord } from './types.js';

type Environment = Readonly<Record<string, string>>;

const cipher = 'aes-256-gcm';
const form = 1;
const nonceBytes = 12;
const tagBytes = 16;
const noVariables: Environment = Object.freeze({});

export class EnvironmentSealer {
  /** Opened once per record: records never change, and go when the function does. */
  readonly #opened = new WeakMap<FunctionRecord, Environment>();

  constructor(
    /** The cluster's sealing key, 32 bytes. */
    private readonly key: () => Uint8Array,
  ) {}

  /** Empty for an environment without variables: that there are none is no secret. */
  seal(functionName: string, environment: Environment): string {
    if (Object.keys(environment).length === 0) return '';
    const nonce = secureBytes(nonceBytes);
    const sealing = createCipheriv(cipher, this.key(), nonce);
    sealing.setAAD(boundTo(functionName));
    const text = Buffer.from(JSON.stringify(environment));
    const parts = [Buffer.of(form), nonce, sealing.update(text), sealing.final()];
    return Buffer.concat([...parts, sealing.getAuthTag()]).toString('base64');
  }

  /** Throws `storage` where the key is another one, or the sealed text was changed. */
  open(record: FunctionRecord): Environment {
    if (record.sealedEnvironment === '') return noVariables;
    const opened = this.#opened.get(record) ?? this.#open(record);
    this.#opened.set(record, opened);
    return opened;
  }

  #open({ name, sealedEnvironment }: FunctionRecord): Environment {
    const sealed = Buffer.from(sealedEnvironment, 'base64');
    const tagAt = sealed.length - tagBytes;
    if (sealed[0] !== form || tagAt < 1 + nonceBytes) throw cannotOpen(name);
    const key = this.key();
    try {
      const opening = createDecipheriv(cipher, key, sealed.subarray(1, 1 + nonceBytes));
      opening.setAAD(boundTo(name));
      opening.setAuthTag(sealed.subarray(tagAt));
      const text = Buffer.concat([
        opening.update(sealed.subarray(1 + nonceBytes, tagAt)),
        opening.final(),
      ]);
      return Object.freeze(JSON.parse(text.toString()) as Environment);
    } catch {
      throw cannotOpen(name);
    }
  }
}

function boundTo(functionName: string): Buffer {
  return Buffer.from(`hearth environment 1\n${functionName}`);
}

function cannotOpen(name: string): HearthError {
  return new HearthError(
    'storage',
    `The environment variables of the function ${name} cannot be opened with the key of this node; set them anew, or ask a node that has the cluster's key.`,
  );
}
