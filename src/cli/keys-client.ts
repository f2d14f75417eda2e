/** What a node answers of access keys. */
import * as z from 'zod';
import type { LambdaClient } from './api-client.js';

const key = z.object({
  id: z.string(),
  description: z.string(),
  enabled: z.boolean(),
  actions: z.array(z.string()),
  functions: z.array(z.string()),
  rateLimit: z.object({ perS: z.number(), burst: z.number() }).nullable(),
  createdAt: z.string(),
  lastUsedHere: z.string().nullable(),
});
const newKey = key.extend({ secret: z.string() });
const keyList = z.object({ keys: z.array(key) });

export type Key = z.output<typeof key>;
export type NewKey = z.output<typeof newKey>;

/** Only what is there is changed. */
export interface KeyChanges {
  readonly description?: string;
  readonly enabled?: boolean;
  readonly actions?: readonly string[];
  readonly functions?: readonly string[];
  readonly rateLimit?: { readonly perS: number; readonly burst?: number } | null;
}

const path = '/_hearth/keys';

export class KeysClient {
  constructor(private readonly lambda: LambdaClient) {}

  create(settings: KeyChanges): Promise<NewKey> {
    return this.lambda.ask({ method: 'POST', path, body: JSON.stringify(settings) }, newKey);
  }

  async list(): Promise<readonly Key[]> {
    return (await this.lambda.ask({ method: 'GET', path }, keyList)).keys;
  }

  update(id: string, changes: KeyChanges): Promise<Key> {
    const body = JSON.stringify(changes);
    return this.lambda.ask({ method: 'PUT', path: `${path}/${encodeURIComponent(id)}`, body }, key);
  }

  async delete(id: string): Promise<void> {
    const call = { method: 'DELETE', path: `${path}/${encodeURIComponent(id)}` } as const;
    await this.lambda.ask(call, z.unknown());
  }
}
