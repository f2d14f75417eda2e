/** A cluster of nine real nodes on loopback, in a directory that goes when they do. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cleanup } from '../harness/cleanup.js';
import { Member, type Page } from './member.js';
import type { Metrics } from './metrics.js';

const size = 9;
const settleTimeoutMs = 60_000;
const settleEveryMs = 100;

/** Settings of every node, as `--config` takes them; what is not named keeps its default. */
export type Settings = Readonly<Record<string, string | number>>;

export class NineNodes {
  #undo: () => Promise<void> = async () => {};

  private constructor(
    readonly directory: string,
    readonly members: readonly Member[],
  ) {}

  /** Resolves when every node sees all nine alive, and takes requests. */
  static async start(cleanup: Cleanup, settings: Settings): Promise<NineNodes> {
    const directory = await mkdtemp(join(tmpdir(), 'hb-'));
    const configFile = join(directory, 'config.json');
    const plan = { directory, configFile };
    const numbers = Array.from({ length: size }, (_, index) => index + 1);
    const members = numbers.map((number) => new Member({ number, ...plan }));
    const nodes = new NineNodes(directory, members);
    let inOrder = false;
    const undo = cleanup.add(async () => {
      const stopped = await Promise.allSettled(members.map((member) => member.stop(!inOrder)));
      for (const one of stopped) if (one.status === 'rejected') console.error(one.reason);
      await rm(directory, { recursive: true, force: true });
    });
    nodes.#undo = () => {
      inOrder = true;
      return undo();
    };
    await writeFile(join(directory, 'secret'), `${'0123456789abcdef'.repeat(2)}\n`);
    await writeFile(configFile, JSON.stringify({ logLevel: 'warn', ...settings }));
    for (const member of members) await member.start();
    await nodes.settled();
    return nodes;
  }

  member(number: number): Member {
    const member = this.members[number - 1];
    if (member === undefined) throw new Error(`there is no node ${number}`);
    return member;
  }

  /** All but these. */
  others(...left: readonly Member[]): Member[] {
    return this.members.filter((member) => !left.includes(member));
  }

  /** The Master, as node `asked` sees it. */
  async master(asked: Member = this.member(1)): Promise<Member> {
    const page = await asked.page();
    return this.#named(page, page.master ?? '');
  }

  /** Nodes of a role, as any sees it. */
  async withRole(role: string): Promise<Member[]> {
    const page = await this.member(1).page();
    const nodes = page.nodes.filter((node) => node.status === 'alive' && node.role === role);
    return nodes.map(({ id }) => this.#named(page, id));
  }

  /** Resolves when all nine are alive in every view, with a quorum and one Master. */
  async settled(): Promise<void> {
    const deadlineMs = performance.now() + settleTimeoutMs;
    for (;;) {
      const pages = await Promise.all(
        this.members.map((member) => member.page().catch(() => null)),
      );
      if (agree(pages)) return;
      if (performance.now() > deadlineMs) {
        throw new Error(`the nine nodes do not agree within ${settleTimeoutMs} ms`);
      }
      await delay(settleEveryMs);
    }
  }

  metrics(of: readonly Member[] = this.members): Promise<Metrics[]> {
    return Promise.all(of.map((member) => member.metrics()));
  }

  /** Ends all nodes in order, and leaves nothing. */
  stop(): Promise<void> {
    return this.#undo();
  }

  #named(page: Page, id: string): Member {
    const http = page.nodes.find((node) => node.id === id)?.http;
    const member = this.members.find((each) => each.http === http);
    if (member === undefined) throw new Error(`no node of the nine has the id '${id}'`);
    return member;
  }
}

function agree(pages: readonly (Page | null)[]): boolean {
  const masters = new Set(pages.map((page) => page?.master ?? null));
  if (masters.size !== 1 || masters.has(null)) return false;
  return pages.every((page) => {
    const alive = page?.nodes.filter(({ status }) => status === 'alive') ?? [];
    return page?.quorum === true && alive.length === size;
  });
}
