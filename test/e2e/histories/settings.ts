/**
 * Writes and reads of the settings of functions, each taken down for a checker. Registers: a function's
 * description is the value, its RevisionId the compare-and-set. Lists: a version is an append, its number
 * the offset.
 */
import type { AppendInput, AppendOutput } from '../../linear/append-order.js';
import { HistoryRecorder } from '../../linear/history.js';
import type { RegisterInput, RegisterOutput } from '../../linear/register.js';

export const functions = '/2015-03-31/functions';

/** Where something is asked: a node, or a balancer before some of them. */
export interface Desk {
  /** For errors: `node 2`. */
  readonly name: string;
  /** Rejects where there is no whole answer in time. */
  ask(method: string, path: string, body: unknown, timeoutMs: number): Promise<DeskAnswer>;
}

export interface DeskAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface SettingsOptions {
  readonly askTimeoutMs: number;
  /** Of answers that leave it open whether a write has happened. */
  readonly openStatuses: readonly number[];
}

/** A value, and the revision that it has and nothing else. */
export interface Known {
  readonly value: number | null;
  readonly revision: string;
}

/** In words what no checker of orders would see. */
export type Fault = string;

const usual: SettingsOptions = { askTimeoutMs: 4000, openStatuses: [429, 503] };

export class Settings {
  readonly registers = new HistoryRecorder<RegisterInput, RegisterOutput>();
  readonly lists = new HistoryRecorder<AppendInput, AppendOutput>();
  readonly faults: Fault[] = [];
  readonly counts: Record<string, number> = {};
  /** All values that somebody has begun to write. */
  readonly #begun = new Set<number>();
  #lastValue = 0;

  /** `anyDesk`: who is asked next, where it does not matter who. */
  constructor(
    private readonly anyDesk: () => Desk,
    private readonly options = usual,
  ) {}

  /** A list begins with what was there before anybody was taken down. */
  startsWith(name: string, value: number): void {
    this.#begun.add(value);
    const id = this.lists.called('before', name, { kind: 'append', value });
    this.lists.returned(id, { kind: 'offset', offset: 0 });
  }

  /** Null where nothing could be read. `must`: rejects where it is not confirmed. */
  async read(
    client: string,
    name: string,
    desk = this.anyDesk(),
    must = false,
  ): Promise<Known | null> {
    const id = this.registers.called(client, name, { kind: 'read' });
    const answer = await this.#ask(desk, 'GET', `${name}/configuration`);
    const confirmed = answer?.headers['x-hearth-read'] === 'confirmed';
    if (answer?.status !== 200 || !confirmed) this.registers.failed(id);
    if (must && !(answer?.status === 200 && confirmed)) {
      throw new Error(`${desk.name} does not confirm a read of ${name}`);
    }
    if (answer?.status !== 200) return null;
    const known = knownOf(answer);
    if (confirmed) this.registers.returned(id, { kind: 'value', value: known.value });
    else this.#sawLocally(name, known.value);
    this.#count(confirmed ? 'confirmed reads' : 'local reads');
    return known;
  }

  /** Null where it may have happened or not, or somebody else has written since. */
  async write(client: string, name: string): Promise<Known | null> {
    const value = this.#newValue();
    const desk = this.anyDesk();
    const id = this.registers.called(client, name, { kind: 'write', value });
    const answer = await this.#describe(desk, name, value);
    if (answer?.status !== 200) return this.#unknown('writes', answer);
    this.registers.returned(id, { kind: 'done' });
    this.#count('writes');
    this.#written(name, value, answer);
    return this.#revised(desk, name, value);
  }

  /** Null as for `write`, and where it has changed nothing. */
  async compareAndSet(
    client: string,
    name: string,
    { value: from, revision }: Known,
  ): Promise<Known | null> {
    if (from === null) return null;
    const desk = this.anyDesk();
    const to = this.#newValue();
    const id = this.registers.called(client, name, { kind: 'cas', from, to });
    const answer = await this.#describe(desk, name, to, revision);
    if (answer?.status === 412) {
      this.registers.returned(id, { kind: 'mismatch' });
      this.#count('mismatches');
      return null;
    }
    if (answer?.status !== 200) return this.#unknown('compare-and-sets', answer);
    this.registers.returned(id, { kind: 'done' });
    this.#count('compare-and-sets');
    this.#written(name, to, answer);
    return this.#revised(desk, name, to);
  }

  /**
   * The value first, then a version of exactly that: so a version has the value of its append. The number of
   * the version, or null where there may be none.
   */
  async append(client: string, name: string): Promise<number | null> {
    const value = this.#newValue();
    const written = await this.#describe(this.anyDesk(), name, value);
    if (written?.status !== 200) return null;
    const known = await this.#revised(this.anyDesk(), name, value);
    if (known === null) return null;
    const id = this.lists.called(client, name, { kind: 'append', value });
    const body = { RevisionId: known.revision };
    const answer = await this.#ask(this.anyDesk(), 'POST', `${name}/versions`, body);
    if (answer?.status === 412) {
      this.lists.failed(id);
      this.#count('refused versions');
      return null;
    }
    if (answer?.status !== 201) return this.#unknown('versions', answer);
    const version = Number(answer.body.Version);
    this.lists.returned(id, { kind: 'offset', offset: version - 1 });
    this.#count('versions');
    this.#written(name, value, answer);
    return version;
  }

  async list(client: string, name: string, desk = this.anyDesk(), must = false): Promise<void> {
    const id = this.lists.called(client, name, { kind: 'read' });
    const read = await this.versions(name, desk);
    if (read === null) {
      this.lists.failed(id);
      if (must) throw new Error(`${desk.name} does not confirm the versions of ${name}`);
      return;
    }
    this.lists.returned(id, { kind: 'list', values: read });
    this.#count('confirmed lists');
  }

  /** Pages of a list that only grows: together what it was at the last of them. */
  async versions(name: string, desk: Desk): Promise<number[] | null> {
    const values: number[] = [];
    let marker = '';
    do {
      const answer = await this.#ask(desk, 'GET', `${name}/versions?Marker=${marker}`);
      if (answer?.status !== 200 || answer.headers['x-hearth-read'] !== 'confirmed') return null;
      const { Versions, NextMarker = '' } = answer.body as unknown as VersionsPage;
      for (const { Version, Description } of Versions) {
        if (Version === '$LATEST') continue;
        values.push(Number(Description));
        if (Number(Version) !== values.length) this.faults.push(`${name} lacks a version`);
      }
      marker = NextMarker;
    } while (marker !== '');
    return values;
  }

  /** One confirmed read of everything; rejects where there is none. */
  async readAll(registers: readonly string[], lists: readonly string[], desk: Desk): Promise<void> {
    const client = `final ${desk.name}`;
    for (const name of registers) await this.read(client, name, desk, true);
    for (const name of lists) await this.list(client, name, desk, true);
  }

  /** Everything that is known there of these functions. */
  async catalogue(names: readonly string[], desk: Desk): Promise<unknown> {
    const pages = names.map(async (name) => {
      const configuration = await this.#ask(desk, 'GET', `${name}/configuration`);
      const versions = await this.versions(name, desk);
      if (configuration === null || versions === null) throw new Error(`${name} is not confirmed`);
      return [configuration.body, versions];
    });
    return Promise.all(pages);
  }

  #describe(desk: Desk, name: string, value: number, revision?: string) {
    const expected = revision === undefined ? {} : { RevisionId: revision };
    const body = { Description: String(value), ...expected };
    return this.#ask(desk, 'PUT', `${name}/configuration`, body);
  }

  /** Null where no answer came. */
  #ask(desk: Desk, method: string, path: string, body?: unknown): Promise<DeskAnswer | null> {
    return desk
      .ask(method, `${functions}/${path}`, body, this.options.askTimeoutMs)
      .catch(() => null);
  }

  #written(name: string, value: number, answer: DeskAnswer): void {
    const known = knownOf(answer);
    if (known.value === value) return;
    this.faults.push(`the write of ${value} to ${name} was answered with ${known.value}`);
  }

  /** A write is answered with a revision that is over by then, as on AWS. Null where another was quicker. */
  async #revised(desk: Desk, name: string, value: number): Promise<Known | null> {
    const answer = await this.#ask(desk, 'GET', `${name}/configuration`);
    const known = answer?.status === 200 ? knownOf(answer) : null;
    return known?.value === value ? known : null;
  }

  #unknown(what: string, answer: DeskAnswer | null): null {
    this.#count(`unknown ${what}`);
    if (answer !== null && !this.options.openStatuses.includes(answer.status)) {
      this.faults.push(`${what} answered ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    return null;
  }

  /** Some earlier state: nothing that nobody has begun to write. */
  #sawLocally(name: string, value: number | null): void {
    if (value === null || this.#begun.has(value)) return;
    this.faults.push(`a local read of ${name} saw ${value}, which nobody wrote`);
  }

  #newValue(): number {
    this.#begun.add(++this.#lastValue);
    return this.#lastValue;
  }

  #count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }
}

interface VersionsPage {
  readonly Versions: readonly { readonly Version: string; readonly Description: string }[];
  readonly NextMarker?: string;
}

function knownOf({ body }: DeskAnswer): Known {
  const { Description, RevisionId } = body;
  return { value: Description ? Number(Description) : null, revision: String(RevisionId) };
}
