/**
 * Who this node is, kept in `node.json` of its data directory: written by rename and synced before it
 * counts. The generation goes up with every start.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { randomHex32, replaceFile } from '../lib/index.js';
import { type ClusterId, clusterId, HearthError, type NodeId, nodeId } from '../types/index.js';

/** Raised when a release writes what an older one cannot read. */
const formatNewest = 1;

const schema = z.object({
  format: z.number().int(),
  nodeId: z.string().transform(nodeId),
  clusterId: z.string().transform(clusterId).nullable(),
  generation: z.number().int().min(1),
  /** `host:port` of the members seen last: where to look after everything was stopped. */
  members: z.array(z.string()),
});

export interface Identity {
  readonly nodeId: NodeId;
  /** Null until the node founds or joins a cluster. */
  readonly clusterId: ClusterId | null;
  readonly generation: number;
  readonly members: readonly string[];
}

export class IdentityFile {
  readonly #path: string;
  #current: Identity | null = null;
  /** Saves run one after another. */
  #saving: Promise<void> = Promise.resolve();

  constructor(private readonly dataDirectory: string) {
    this.#path = join(dataDirectory, 'node.json');
  }

  /** Reads or makes the identity, with the next generation already on disk. Throws `storage`. */
  async open(): Promise<Identity> {
    await mkdir(this.dataDirectory, { recursive: true, mode: 0o700 });
    const found = await this.#read();
    const opened: Identity = found
      ? { ...found, generation: found.generation + 1 }
      : { nodeId: nodeId(randomHex32()), clusterId: null, generation: 1, members: [] };
    this.#current = opened;
    await this.save({});
    return opened;
  }

  /** The identity as it was opened or last saved; saving changes it at once. */
  get current(): Identity {
    if (this.#current === null) throw new Error('the identity is used before it was opened');
    return this.#current;
  }

  /** Keeps some members of the identity changed. */
  save(changes: Partial<Identity>): Promise<void> {
    const next = { ...this.current, ...changes };
    this.#current = next;
    // one that failed, as on a full disk, must not fail those after it
    this.#saving = this.#saving.catch(() => {}).then(() => this.#write(next));
    return this.#saving;
  }

  async #read(): Promise<Identity | null> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw this.#unreadable((error as Error).message);
    }
    const parsed = schema.safeParse(jsonOrNull(text));
    if (!parsed.success) throw this.#unreadable('it is not what Hearth writes');
    const { format, ...identity } = parsed.data;
    if (format > formatNewest) {
      throw this.#unreadable(`it has format ${format}, of a newer release; start that release`);
    }
    return identity;
  }

  #write(identity: Identity): Promise<void> {
    return replaceFile(
      this.#path,
      `${JSON.stringify({ format: formatNewest, ...identity }, null, 2)}\n`,
    );
  }

  #unreadable(why: string): HearthError {
    return new HearthError('storage', `Cannot use the identity in ${this.#path}: ${why}.`);
  }
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
