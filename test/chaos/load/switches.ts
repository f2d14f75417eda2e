/**
 * Moves the aliases of functions to new versions, one after the other: a version first, then the alias, which
 * must not have moved meanwhile. So an alias never points to an older version than before, whatever has become of a
 * switch that was not answered.
 */
import { type Desk, functions, type Settings } from '../../e2e/histories/settings.js';
import { aliasName } from './functions.js';
import { headerOf } from './raw-record.js';

export interface Switched {
  readonly version: number;
  /** Whoever sends it along is answered by nobody who has not seen the switch. */
  readonly logPosition: string;
}

const askTimeoutMs = 30_000;
/** Each version needs sandboxes of its own on the nodes that run it. */
const switchesMax = 60;
const firstGapMs = 3000;
/** The longer a run has lasted, the rarer: some 30 in three minutes, some 60 in half an hour. */
const gapShare = 1 / 12;

/** How long after the last switch the next one comes, so long after the beginning. */
export function switchGapMs(runMs: number): number {
  return Math.max(firstGapMs, runMs * gapShare);
}

export class Switches {
  readonly #acknowledged = new Map<string, Switched>();
  readonly #busy = new Set<string>();
  #count = 0;

  constructor(
    private readonly settings: Settings,
    private readonly desk: Desk,
    private readonly names: readonly string[],
  ) {}

  /** Of the newest switch of this function that was acknowledged. */
  newest(functionName: string): Switched | null {
    return this.#acknowledged.get(functionName) ?? null;
  }

  /** The next function, where no switch of it is under way. */
  async step(): Promise<void> {
    const name = this.names[this.#count % this.names.length];
    if (name === undefined || this.#busy.has(name) || this.#count >= switchesMax) return;
    this.#count++;
    this.#busy.add(name);
    await this.#switch(name).catch(() => {});
    this.#busy.delete(name);
  }

  /** Rejects where an answer did not come. */
  async #switch(name: string): Promise<void> {
    const version = await this.settings.append('switcher', name);
    if (version === null) return;
    const path = `${functions}/${name}/aliases/${aliasName}`;
    const present = await this.desk.ask('GET', path, undefined, askTimeoutMs);
    if (present.status !== 200) return;
    const body = { FunctionVersion: String(version), RevisionId: present.body.RevisionId };
    const { status, headers } = await this.desk.ask('PUT', path, body, askTimeoutMs);
    const logPosition = headerOf(headers, 'x-hearth-log-position');
    if (status === 200 && logPosition !== null) {
      this.#acknowledged.set(name, { version, logPosition });
    }
  }
}
