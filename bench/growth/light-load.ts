/**
 * What a quiet cluster has to do: each node is asked now and then for functions that stay warm somewhere, so that it
 * looks them up and forwards; and functions that are asked so rarely that their sandboxes end in between come and go at
 * a steady pace, about one a second in the whole cluster. So little, because 27 nodes that do nothing take more than half
 * of two cores already, and who has to wait for a core measures that.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type HearthNodes, progress } from '../harness/index.js';
import { smallZip } from '../log/small-zip.js';

/** A sandbox ends when it has had nothing to do for this long. */
export const idleMs = 2000;
const passingEveryMs = 20_000;
const passingMin = 20;
const steadyMax = 3;
/** Of each node. */
const steadyEveryMs = 4000;
const deploysAtOnce = 4;
const createTimeoutMs = 30_000;
const createEveryMs = 500;
const code = 'def handler(event, context):\n    return event\n';

export class LightLoad {
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #underWay = new Set<Promise<void>>();
  readonly #failures: string[] = [];

  constructor(private readonly nodes: HearthNodes) {}

  async deploy(): Promise<void> {
    const zip = (await smallZip('index.py', code)).toString('base64');
    const names = [...this.#steady(), ...this.#passing()];
    const work = async (): Promise<void> => {
      for (let name = names.shift(); name !== undefined; name = names.shift()) {
        await this.#create(name, zip);
      }
    };
    await Promise.all(Array.from({ length: deploysAtOnce }, work));
  }

  start(): void {
    const steady = this.#steady();
    const passing = this.#passing();
    const { length: size } = this.nodes.members;
    let turn = 0;
    this.nodes.members.forEach((_, node) => {
      let asked = node;
      this.#every(steadyEveryMs, node / size, () => {
        this.#invoke(node, steady[asked++ % steady.length] ?? '');
      });
    });
    passing.forEach((name, index) => {
      // each time at another node, so that whoever is asked has to look it up
      this.#every(passingEveryMs, index / passing.length, () => this.#invoke(turn++ % size, name));
    });
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#underWay);
    const [first] = this.#failures;
    if (first !== undefined)
      progress(`${this.#failures.length} requests failed, the first: ${first}`);
  }

  /** Spread over the period, so that not all come at once. */
  #every(periodMs: number, phase: number, act: () => void): void {
    const first = setTimeout(() => this.#timers.push(setInterval(act, periodMs)), phase * periodMs);
    this.#timers.push(first);
  }

  #invoke(node: number, name: string): void {
    const { origin } = this.nodes.members[node] ?? this.nodes.first;
    const asked = fetch(`${origin}${this.nodes.invocation(name)}`, { method: 'POST', body: '{}' })
      .then(async (answer) => {
        const text = await answer.text();
        if (!answer.ok) this.#failures.push(`${answer.status} ${text}`);
      })
      .catch((error: unknown) => {
        this.#failures.push(String(error));
      })
      .finally(() => this.#underWay.delete(asked));
    this.#underWay.add(asked);
  }

  /** Again where the cluster could not take it: many nodes that have just started keep the processors busy. */
  async #create(name: string, zip: string): Promise<void> {
    for (const deadlineMs = performance.now() + createTimeoutMs; ; ) {
      const refused = await this.#tryToCreate(name, zip);
      if (refused === null) return;
      if (performance.now() > deadlineMs) throw new Error(`creating ${name}: ${refused}`);
      await delay(createEveryMs);
    }
  }

  /** Null, or why not. */
  async #tryToCreate(name: string, zip: string): Promise<string | null> {
    const answer = await fetch(`${this.nodes.first.origin}/2015-03-31/functions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        FunctionName: name,
        Runtime: 'python3.11',
        Handler: 'index.handler',
        Role: 'arn:aws:iam::123456789012:role/any',
        Code: { ZipFile: zip },
      }),
    });
    const text = await answer.text();
    // what was refused may have been done all the same
    return answer.status === 201 || answer.status === 409 ? null : `${answer.status} ${text}`;
  }

  #steady(): string[] {
    return named('steady', Math.min(steadyMax, this.nodes.members.length));
  }

  #passing(): string[] {
    return named('passing', Math.max(passingMin, this.nodes.members.length));
  }
}

function named(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${kind}-${index}`);
}
