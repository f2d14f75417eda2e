/** The nodes that are churned, who calls them, and a count of what they answered. */
import { Agent } from 'undici';
import { eventually } from '../../e2e/cluster-harness.js';
import { Nodes } from '../../e2e/nodes.js';
import { parseExposition } from '../../exposition.js';
import { type NodePlaces, remainsOf, type SandboxPlace, sandboxPlace } from './census.js';
import { teller } from './memory.js';

export interface Asked {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Told {
  /** 0: no answer. */
  readonly status: number;
  /** How the request got its sandbox; null where it got none. */
  readonly start: string | null;
  readonly text: string;
}

const connectionsPerNode = 32;
const quietWithinMs = 60_000;
const api = '/2015-03-31/functions';

export class Scene {
  #agent = newAgent();
  /** Those that take requests. */
  readonly #open = new Set<number>();
  /** Of all lives of all nodes. */
  readonly #sandboxPlaces: SandboxPlace[] = [];
  #turn = 0;
  #ended = false;
  readonly answers = { good: 0, other: new Map<string, number>() };
  sandboxesMade = 0;

  private constructor(readonly nodes: Nodes) {
    for (const node of nodes.numbers) this.#open.add(node);
  }

  static async open(count: number, config: Readonly<Record<string, unknown>>): Promise<Scene> {
    return new Scene(await Nodes.start({ count, config, preload: teller }));
  }

  /** One is restarted again and again, so that the others live with peers that come and go. */
  get restless(): number {
    return this.nodes.numbers.at(-1) ?? 1;
  }

  places(node: number): NodePlaces {
    const { nodes } = this;
    return {
      node,
      pid: nodes.pid(node),
      data: nodes.data(node),
      temporary: nodes.temporary(node),
    };
  }

  /** One that takes requests: one after the other. */
  someNode(): number {
    const open = [...this.#open];
    return open[this.#turn++ % open.length] ?? 1;
  }

  async restart(node: number, how: 'stopped' | 'killed'): Promise<void> {
    this.#open.delete(node);
    await this.#noteSandboxes(node);
    if (how === 'killed') await this.nodes.kill(node);
    else await this.nodes.stop(node);
    if (this.#ended) return;
    await this.nodes.run(node);
    this.#open.add(node);
  }

  call(name: string, event: unknown, headers: Asked['headers'] = {}): Promise<Told> {
    return this.ask('POST', `${api}/${name}/invocations`, { body: event, headers });
  }

  /** Of any node; never rejects. */
  async ask(
    method: 'DELETE' | 'GET' | 'POST' | 'PUT',
    path: string,
    asked: Asked = {},
  ): Promise<Told> {
    const told = await this.#ask(this.someNode(), method, path, asked);
    if (told.status >= 200 && told.status < 300) {
      this.answers.good++;
    } else {
      const what = `${told.status} ${told.text.slice(0, 120)}`.replace(/[0-9a-f-]{8,}/g, '...');
      this.answers.other.set(what, (this.answers.other.get(what) ?? 0) + 1);
    }
    if (told.start !== null && told.start !== 'warm') this.sandboxesMade++;
    return told;
  }

  forgetAnswers(): void {
    this.answers.good = 0;
    this.answers.other.clear();
    this.sandboxesMade = 0;
  }

  /** Resolves when no sandbox, no waiting request and no pending event is left on any node. */
  async quiet(): Promise<void> {
    for (const node of this.nodes.numbers) {
      await eventually(
        () => this.#underWay(node),
        (count) => count === 0,
        quietWithinMs,
      );
    }
  }

  /** Its own connections are no leak of the nodes'. */
  async hangUp(): Promise<void> {
    await this.#agent.close();
    this.#agent = newAgent();
  }

  /** Stops all nodes; what is left then of any of their lives, in words. */
  async end(): Promise<string[]> {
    const { nodes } = this;
    if (this.#ended) return [];
    this.#ended = true;
    for (const node of nodes.numbers) await this.#noteSandboxes(node);
    await this.#agent.destroy();
    const left: string[] = [];
    for (const node of nodes.numbers) {
      const exit = await nodes.stop(node);
      if (exit !== null && exit.code !== 0) left.push(`node ${node} ended with ${exit.code}`);
    }
    for (const place of this.#sandboxPlaces) left.push(...(await remainsOf(place)));
    await nodes.end();
    return left;
  }

  async #noteSandboxes(node: number): Promise<void> {
    this.#sandboxPlaces.push(await sandboxPlace(this.nodes.data(node)));
  }

  async #underWay(node: number): Promise<number> {
    const { text } = await this.#ask(node, 'GET', '/_hearth/metrics', {
      headers: { connection: 'close' },
    });
    const families = parseExposition(text);
    const value = (family: string, labels = ''): number =>
      families.get(family)?.samples.get(family + labels) ?? 0;
    const states = ['idle', 'busy', 'starting'].map((state) => `{state="${state}"}`);
    const sandboxes = states.map((state) => value('hearth_sandboxes', state));
    const booting = value('hearth_stem_cells', '{state="booting"}');
    const stages = ['queued', 'waiting', 'delivering'].map((status) => `{status="${status}"}`);
    const events = stages.map((stage) => value('hearth_async_events', stage));
    return [...sandboxes, booting, ...events, value('hearth_waiting_requests')].reduce(
      (sum, n) => sum + n,
      0,
    );
  }

  async #ask(node: number, method: string, path: string, asked: Asked): Promise<Told> {
    try {
      const { statusCode, headers, body } = await this.#agent.request({
        origin: this.nodes.url(node),
        method,
        path,
        headers: { ...asked.headers },
        body: asked.body === undefined ? null : JSON.stringify(asked.body),
      });
      const start = headers['x-hearth-start'];
      const text = await body.text();
      return { status: statusCode, start: typeof start === 'string' ? start : null, text };
    } catch (error) {
      return { status: 0, start: null, text: String(error) };
    }
  }
}

function newAgent(): Agent {
  return new Agent({ connections: connectionsPerNode });
}
