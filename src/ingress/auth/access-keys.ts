/**
 * The access keys of the cluster, each a setting in the catalogue with its secret sealed; and those that the
 * cluster secrets stand for, which are in no catalogue.
 */
import type { CatalogService, Setting } from '../../catalog/index.js';
import { type Clock, SingleFlight } from '../../lib/index.js';
import { HearthError, limits } from '../../types/index.js';
import { type AccessKey, type KeySettings, newCredential, operatorKeyOf } from './access-key.js';

export interface AccessKeysDeps {
  readonly catalog: Pick<
    CatalogService,
    'setting' | 'settings' | 'set' | 'seal' | 'unseal' | 'catchUp'
  >;
  /** Of the cluster: all that are held. */
  readonly secrets: () => readonly Uint8Array[];
  readonly clock: Clock;
}

/** As it stands in the catalogue. */
type StoredKey = Omit<AccessKey, 'id' | 'secret'> & { readonly sealedSecret: string };

/** A change is tried again where others change the same key; so often nobody does. */
const attemptsMax = 5;

export class AccessKeys {
  /** Opened once per setting: settings never change, and go when they are replaced. */
  readonly #opened = new WeakMap<Setting, AccessKey>();
  readonly #usedMs = new Map<string, number>();
  readonly #catchingUp = new SingleFlight<boolean>();
  #operators: { readonly of: readonly Uint8Array[]; readonly keys: readonly AccessKey[] } = {
    of: [],
    keys: [],
  };

  constructor(private readonly deps: AccessKeysDeps) {}

  /** As this node knows it, at once. Throws `storage` where the node cannot open the secret. */
  find(id: string): AccessKey | undefined {
    const setting = this.deps.catalog.setting(nameOf(id));
    if (setting !== undefined) return this.#open(setting);
    return this.#operatorKeys().find((key) => key.id === id);
  }

  /**
   * As the cluster knows it: one that another node has just made is found too. Throws `no-quorum` where
   * nobody confirms that there is none.
   */
  async findLate(id: string): Promise<AccessKey | undefined> {
    // the first round may have begun before the key was made; who asks for keys that are not there waits
    // with all others like him
    for (let round = 0; round < 2; round++) {
      const isConfirmed = await this.#catchingUp.run('', () => this.deps.catalog.catchUp());
      const found = this.find(id);
      if (found !== undefined) return found;
      if (!isConfirmed) throw unconfirmed();
    }
    return undefined;
  }

  /** In the order of their ids. */
  list(): readonly AccessKey[] {
    return this.deps.catalog.settings(prefix).map((setting) => this.#open(setting));
  }

  /** When this node last saw a key used; null for never since its start. */
  usedMs(id: string): number | null {
    return this.#usedMs.get(id) ?? null;
  }

  used(id: string): void {
    // keys that other nodes have deleted may still stand here
    if (this.#usedMs.size >= 2 * limits.accessKeysMax) this.#usedMs.clear();
    this.#usedMs.set(id, this.deps.clock.wallMs());
  }

  async create(settings: KeySettings): Promise<AccessKey> {
    if (this.deps.catalog.settings(prefix).length >= limits.accessKeysMax) {
      throw new HearthError(
        'invalid-parameter',
        `The cluster holds ${limits.accessKeysMax} access keys, its limit; delete some first.`,
      );
    }
    const createdAt = new Date(this.deps.clock.wallMs()).toISOString();
    const key: AccessKey = { ...newCredential(), ...settings, createdAt };
    await this.deps.catalog.set(nameOf(key.id), this.#stored(key), 0);
    return key;
  }

  /** Throws `key-not-found`. `change` may be asked again, and may throw. */
  async update(id: string, change: (key: AccessKey) => KeySettings): Promise<AccessKey> {
    for (let attempt = 1; ; attempt++) {
      const setting = await this.#setting(id);
      const before = this.#open(setting);
      const after: AccessKey = { ...before, ...change(before) };
      try {
        await this.deps.catalog.set(setting.name, this.#stored(after), setting.revision);
        return after;
      } catch (thrown) {
        const isOvertaken = thrown instanceof HearthError && thrown.code === 'revision-mismatch';
        if (!isOvertaken || attempt >= attemptsMax) throw thrown;
      }
    }
  }

  /** Throws `key-not-found`. */
  async delete(id: string): Promise<void> {
    const { name } = await this.#setting(id);
    await this.deps.catalog.set(name, null);
    this.#usedMs.delete(id);
  }

  async #setting(id: string): Promise<Setting> {
    const isConfirmed = await this.deps.catalog.catchUp();
    const setting = this.deps.catalog.setting(nameOf(id));
    if (setting !== undefined) return setting;
    throw isConfirmed ? keyNotFound(id) : unconfirmed();
  }

  #open(setting: Setting): AccessKey {
    const opened = this.#opened.get(setting);
    if (opened !== undefined) return opened;
    const { sealedSecret, ...stored } = setting.value as StoredKey;
    const id = setting.name.slice(prefix.length);
    const key = { ...stored, id, secret: this.deps.catalog.unseal(boundTo(id), sealedSecret) };
    this.#opened.set(setting, key);
    return key;
  }

  #stored({ id, secret, ...settings }: AccessKey): StoredKey {
    return { ...settings, sealedSecret: this.deps.catalog.seal(boundTo(id), secret) };
  }

  #operatorKeys(): readonly AccessKey[] {
    const secrets = this.deps.secrets();
    if (this.#operators.of !== secrets) {
      this.#operators = { of: secrets, keys: secrets.map(operatorKeyOf) };
    }
    return this.#operators.keys;
  }
}

const prefix = 'access-key/';

function nameOf(id: string): string {
  return prefix + id;
}

function boundTo(id: string): string {
  return `hearth access key 1\n${id}`;
}

export function keyNotFound(id: string): HearthError {
  return new HearthError(
    'key-not-found',
    `There is no access key ${id.slice(0, 64)}; 'hearth keys list' tells those there are.`,
  );
}

function unconfirmed(): HearthError {
  return new HearthError(
    'no-quorum',
    'This node does not know the access key, and no majority tells it in time whether there is one; try again, here or at another node.',
    { retryAfterS: 1 },
  );
}
