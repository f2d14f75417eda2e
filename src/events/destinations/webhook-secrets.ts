/**
 * The secret that signs webhooks: one of the cluster, made when it is first needed, kept in a setting that is
 * sealed with the cluster's key. For a day after it was replaced, the one before signs as well, so that
 * receivers can go over in their own time.
 */
import * as z from 'zod';
import type { CatalogService, Setting } from '../../catalog/index.js';
import type { Clock } from '../../lib/index.js';
import { HearthError } from '../../types/index.js';
import { newWebhookSecret } from './signature.js';

/** The settings of the cluster, and its key. */
type Settings = Pick<CatalogService, 'seal' | 'unseal' | 'setting' | 'set' | 'catchUp'>;

export interface WebhookSecret {
  readonly current: string;
  /** The one before, while it signs too. */
  readonly previous: string | null;
  /** When it was made. */
  readonly sinceMs: number;
}

const settingName = 'webhook-secret';
const boundTo = 'hearth webhook secret 1';
const bothSignForMs = 86_400_000;
const stored = z.object({
  current: z.string(),
  previous: z.string().nullable(),
  sinceMs: z.number(),
});

export class WebhookSecrets {
  /** What the setting holds, opened once. */
  #opened: { readonly setting: Setting; readonly secret: WebhookSecret } | null = null;

  constructor(
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** Those that sign now, the one in use first. */
  async signing(): Promise<readonly string[]> {
    const { current, previous } = await this.get();
    return previous === null ? [current] : [current, previous];
  }

  /** Makes the first one where there is none. */
  async get(): Promise<WebhookSecret> {
    const known = this.#known();
    if (known !== null) return known;
    await this.settings.catchUp();
    return this.#known() ?? this.#make(null, 0);
  }

  /** Puts a new one in use. */
  async rotate(): Promise<WebhookSecret> {
    await this.settings.catchUp();
    const { revision = 0 } = this.settings.setting(settingName) ?? {};
    return this.#make(this.#known()?.current ?? null, revision);
  }

  async #make(previous: string | null, revision: number): Promise<WebhookSecret> {
    const secret = { current: newWebhookSecret(), previous, sinceMs: this.clock.wallMs() };
    const value = {
      current: this.settings.seal(boundTo, secret.current),
      previous: previous === null ? null : this.settings.seal(boundTo, previous),
      sinceMs: secret.sinceMs,
    };
    try {
      await this.settings.set(settingName, value, revision);
      return secret;
    } catch (thrown) {
      // somebody else has made one at the same time, and theirs counts
      const winner = isMismatch(thrown) ? this.#known() : null;
      if (winner === null) throw thrown;
      return winner;
    }
  }

  #known(): WebhookSecret | null {
    const setting = this.settings.setting(settingName);
    if (setting === undefined) return null;
    const secret = this.#opened?.setting === setting ? this.#opened.secret : this.#open(setting);
    this.#opened = { setting, secret };
    const isOver = this.clock.wallMs() > secret.sinceMs + bothSignForMs;
    return isOver ? { ...secret, previous: null } : secret;
  }

  #open({ value }: Setting): WebhookSecret {
    const { current, previous, sinceMs } = stored.parse(value);
    return {
      current: this.settings.unseal(boundTo, current),
      previous: previous === null ? null : this.settings.unseal(boundTo, previous),
      sinceMs,
    };
  }
}

function isMismatch(thrown: unknown): boolean {
  return thrown instanceof HearthError && thrown.code === 'revision-mismatch';
}
