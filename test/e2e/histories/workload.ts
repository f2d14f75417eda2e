/**
 * Clients that write and read the settings of functions through random nodes, and take down what
 * they saw. Registers: a function's description is the value, its RevisionId the compare-and-set.
 * Lists: a version is an append, its number the offset.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../../../src/lib/index.js';
import type { AppendInput, AppendOutput } from '../../linear/append-order.js';
import { HistoryRecorder } from '../../linear/history.js';
import type { RegisterInput, RegisterOutput } from '../../linear/register.js';
import type { Stage } from './stage.js';
import type { Answer, StageNode } from './stage-node.js';

export const registers = ['reg-a', 'reg-b', 'reg-c', 'reg-d'];
export const lists = ['list-a', 'list-b'];
export const functions = '/2015-03-31/functions';

/** A value, and the revision that it has and nothing else. */
interface Known {
  readonly value: number | null;
  readonly revision: string;
}

const askTimeoutMs = 4000;
const restMsMax = 30;

/** In words what no checker of orders would see. */
export type Fault = string;

export class Workload {
  readonly registers = new HistoryRecorder<RegisterInput, RegisterOutput>();
  readonly lists = new HistoryRecorder<AppendInput, AppendOutput>();
  readonly faults: Fault[] = [];
  readonly counts: Record<string, number> = {};
  /** All values that somebody has begun to write. */
  readonly #begun = new Set<number>();
  #lastValue = 0;
  #stopping = false;

  constructor(
    private readonly stage: Stage,
    private readonly random: Random,
  ) {}

  /** Runs until `stop`. */
  async run(writers: number, publishers: number): Promise<void> {
    const of = (name: string, length: number) =>
      Array.from({ length }, (_, index) => `${name}-${index + 1}`);
    await Promise.all([
      ...of('writer', writers).map((name) => this.#writer(name)),
      ...of('publisher', publishers).map((name) => this.#publisher(name)),
    ]);
  }

  stop(): void {
    this.#stopping = true;
  }

  /** One confirmed read of everything through one node. */
  async readAll(node: StageNode): Promise<void> {
    for (const name of registers) await this.#read(`final-${node.number}`, name, node, true);
    for (const name of lists) await this.#list(`final-${node.number}`, name, node, true);
  }

  /** Everything that a node knows of every function. */
  async catalogue(node: StageNode): Promise<unknown> {
    const pages = [...registers, ...lists].map(async (name) => {
      const configuration = await this.#ask(node, 'GET', `${name}/configuration`);
      const versions = await this.#versions(name, node);
      if (configuration === null || versions === null) throw new Error(`${name} is not confirmed`);
      return [configuration.body, versions];
    });
    return Promise.all(pages);
  }

  async #writer(client: string): Promise<void> {
    const known = new Map<string, Known>();
    while (!this.#stopping) {
      const name = this.#oneOf(registers);
      const node = this.#node();
      const present = known.get(name);
      const dice = this.random.next();
      let next: Known | null;
      if (present === undefined || dice < 0.3) next = await this.#read(client, name, node);
      else if (dice < 0.85 && present.value !== null)
        next = await this.#compareAndSet(client, name, node, present);
      else next = await this.#write(client, name, node);
      if (next === null) known.delete(name);
      else known.set(name, next);
      await delay(this.random.below(restMsMax));
    }
  }

  async #publisher(client: string): Promise<void> {
    while (!this.#stopping) {
      const name = this.#oneOf(lists);
      if (this.random.next() < 0.1) await this.#list(client, name, this.#node());
      else await this.#append(client, name);
      await delay(this.random.below(restMsMax));
    }
  }

  async #read(client: string, name: string, node: StageNode, must = false): Promise<Known | null> {
    const id = this.registers.called(client, name, { kind: 'read' });
    const answer = await this.#ask(node, 'GET', `${name}/configuration`);
    const confirmed = answer?.headers['x-hearth-read'] === 'confirmed';
    if (answer?.status !== 200 || !confirmed) this.registers.failed(id);
    if (must && !(answer?.status === 200 && confirmed)) {
      throw new Error(`node ${node.number} does not confirm a read of ${name}`);
    }
    if (answer?.status !== 200) return null;
    const known = knownOf(answer);
    if (confirmed) this.registers.returned(id, { kind: 'value', value: known.value });
    else this.#sawLocally(name, known.value);
    this.#count(confirmed ? 'confirmed reads' : 'local reads');
    return known;
  }

  async #write(client: string, name: string, node: StageNode): Promise<Known | null> {
    const value = this.#newValue();
    const id = this.registers.called(client, name, { kind: 'write', value });
    const answer = await this.#describe(node, name, value);
    if (answer?.status !== 200) return this.#unknown('writes', answer);
    this.registers.returned(id, { kind: 'done' });
    this.#count('writes');
    this.#written(name, value, answer);
    return this.#revised(node, name, value);
  }

  async #compareAndSet(
    client: string,
    name: string,
    node: StageNode,
    { value: from, revision }: Known,
  ): Promise<Known | null> {
    if (from === null) return null;
    const to = this.#newValue();
    const id = this.registers.called(client, name, { kind: 'cas', from, to });
    const answer = await this.#describe(node, name, to, revision);
    if (answer?.status === 412) {
      this.registers.returned(id, { kind: 'mismatch' });
      this.#count('mismatches');
      return null;
    }
    if (answer?.status !== 200) return this.#unknown('compare-and-sets', answer);
    this.registers.returned(id, { kind: 'done' });
    this.#count('compare-and-sets');
    this.#written(name, to, answer);
    return this.#revised(node, name, to);
  }

  /** The value first, then a version of exactly that: so a version has the value of its append. */
  async #append(client: string, name: string): Promise<void> {
    const value = this.#newValue();
    const written = await this.#describe(this.#node(), name, value);
    if (written?.status !== 200) return;
    const known = await this.#revised(this.#node(), name, value);
    if (known === null) return;
    const id = this.lists.called(client, name, { kind: 'append', value });
    const body = { RevisionId: known.revision };
    const answer = await this.#ask(this.#node(), 'POST', `${name}/versions`, body);
    if (answer?.status === 412) {
      this.lists.failed(id);
      this.#count('refused versions');
      return;
    }
    if (answer?.status !== 201) {
      this.#unknown('versions', answer);
      return;
    }
    this.lists.returned(id, { kind: 'offset', offset: Number(answer.body.Version) - 1 });
    this.#count('versions');
    this.#written(name, value, answer);
  }

  async #list(client: string, name: string, node: StageNode, must = false): Promise<void> {
    const id = this.lists.called(client, name, { kind: 'read' });
    const read = await this.#versions(name, node);
    if (read === null) {
      this.lists.failed(id);
      if (must) throw new Error(`node ${node.number} does not confirm the versions of ${name}`);
      return;
    }
    this.lists.returned(id, { kind: 'list', values: read });
    this.#count('confirmed lists');
  }

  /** Pages of a list that only grows: together what it was at the last of them. */
  async #versions(name: string, node: StageNode): Promise<number[] | null> {
    const values: number[] = [];
    let marker = '';
    do {
      const answer = await this.#ask(node, 'GET', `${name}/versions?Marker=${marker}`);
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

  #describe(node: StageNode, name: string, value: number, revision?: string) {
    const expected = revision === undefined ? {} : { RevisionId: revision };
    const body = { Description: String(value), ...expected };
    return this.#ask(node, 'PUT', `${name}/configuration`, body);
  }

  /** Null where no answer came. */
  #ask(node: StageNode, method: string, path: string, body?: unknown): Promise<Answer | null> {
    return node.ask(method, `${functions}/${path}`, body, askTimeoutMs).catch(() => null);
  }

  #written(name: string, value: number, answer: Answer): void {
    const known = knownOf(answer);
    if (known.value === value) return;
    this.faults.push(`the write of ${value} to ${name} was answered with ${known.value}`);
  }

  /** A write is answered with a revision that is over by then, as on AWS. Null where another was quicker. */
  async #revised(node: StageNode, name: string, value: number): Promise<Known | null> {
    const answer = await this.#ask(node, 'GET', `${name}/configuration`);
    const known = answer?.status === 200 ? knownOf(answer) : null;
    return known?.value === value ? known : null;
  }

  #unknown(what: string, answer: Answer | null): null {
    this.#count(`unknown ${what}`);
    if (answer !== null && answer.status !== 503 && answer.status !== 429) {
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

  #node(): StageNode {
    const { running, nodes } = this.stage;
    return this.#oneOf(running.length > 0 ? running : nodes);
  }

  #oneOf<Item>(items: readonly Item[]): Item {
    return items[this.random.below(items.length)] as Item;
  }

  #count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }
}

interface VersionsPage {
  readonly Versions: readonly { readonly Version: string; readonly Description: string }[];
  readonly NextMarker?: string;
}

function knownOf({ body }: Answer): Known {
  const { Description, RevisionId } = body;
  return { value: Description ? Number(Description) : null, revision: String(RevisionId) };
}
