/**
 * `hearth rollout status --watch`: follows one rollout to its end, drawn in place on a terminal and as lines elsewhere.
 * The nodes that it asks are being replaced meanwhile: where one does not answer, the next member is asked, and nothing
 * is said of it until nobody has answered for a while.
 */
import type { Clock } from '../../lib/index.js';
import { ApiFailure, LambdaClient } from '../api-client.js';
import { CommandFailure } from '../failure.js';
import { type Io, print, say } from '../io.js';
import type { RequestSigner } from '../request-signer.js';
import { sleep } from '../sleep.js';
import { RolloutClient, type RolloutPageView, type RolloutView } from './pages.js';
import type { Screen } from './screen.js';
import { endText, nodesByRelease, type Seen, storyText, waitsFor } from './text.js';

const lookEveryMs = 500;
const answerMs = 3000;
const silenceSaidMs = 10_000;
const silenceMaxMs = 300_000;

/** Asks whoever of the cluster answers, the last one first. */
export class AnyMember {
  #members: readonly string[] = [];
  #last: string | null = null;

  constructor(
    /** What the caller named. */
    private readonly endpoints: readonly string[],
    private readonly sign: RequestSigner,
  ) {}

  /** Rejects with the failure of the first asked where nobody answers, at once where somebody refuses. */
  async look(): Promise<Pick<Seen, 'page' | 'statuses'>> {
    const known = [...this.endpoints, ...this.#members];
    const order = this.#last === null ? known : [this.#last, ...known];
    let first: unknown = null;
    for (const endpoint of new Set(order)) {
      try {
        return await this.#ask(endpoint);
      } catch (thrown) {
        if (thrown instanceof ApiFailure && thrown.status < 500) throw thrown;
        first ??= thrown;
      }
    }
    throw first;
  }

  async #ask(endpoint: string): Promise<Pick<Seen, 'page' | 'statuses'>> {
    const lambda = new LambdaClient(endpoint, answerMs, this.sign);
    try {
      const [page, nodes] = await Promise.all([
        new RolloutClient(lambda).page(),
        // whoever may read the one may not read the other
        lambda.cluster().then(
          (cluster) => cluster.nodes,
          () => [],
        ),
      ]);
      this.#last = endpoint;
      this.#members = page.nodes.map(({ http }) => `http://${http}`);
      return { page, statuses: new Map(nodes.map(({ id, status }) => [id, status])) };
    } finally {
      await lambda.close();
    }
  }
}

export interface WatchDeps {
  readonly io: Io;
  readonly look: () => Promise<Pick<Seen, 'page' | 'statuses'>>;
  /** Null: changes are printed as lines. */
  readonly screen: Screen | null;
  readonly json: boolean;
}

/** Resolves where the rollout is finalised, or `signal` says that enough was seen; rejects where it was rolled back. */
export async function watchRollout(deps: WatchDeps, signal: AbortSignal): Promise<void> {
  const { io, screen } = deps;
  const printer = new ChangePrinter(io, deps.json);
  const patience = new Patience(io.clock, (line) => {
    if (screen === null) say(io, line);
    else screen.note(line);
  });
  let watched: RolloutView | null = null;
  let lastBefore: number | undefined;
  while (!signal.aborted) {
    const looked = await deps.look().catch((thrown: unknown) => patience.failed(thrown));
    if (looked !== null) {
      patience.answered();
      const all = [looked.page.current, ...looked.page.past];
      const since: number = watched?.id ?? lastBefore ?? looked.page.past[0]?.id ?? 0;
      lastBefore = since;
      const now: RolloutView | null | undefined = all.find(
        (one) => one && (watched === null ? one.id > since : one.id === since),
      );
      // a node that has not heard of all yet is asked again
      if (now && now.revision >= (watched?.revision ?? 0)) {
        watched = now;
        const shown = { ...looked, page: { ...looked.page, current: now } };
        const seen = { ...shown, nowMs: io.clock.wallMs() };
        if (screen === null) printer.print(seen.page, now, seen.nowMs);
        else screen.draw(seen);
        if (now.endedMs !== null) return ended(deps, now);
      } else if (watched === null) {
        if (screen === null) printer.idle();
        else screen.draw({ ...looked, nowMs: io.clock.wallMs() });
      }
    }
    await sleep(io.clock, lookEveryMs, signal);
  }
}

function ended({ io, json }: WatchDeps, rollout: RolloutView): void {
  if (rollout.step !== 'finalised') throw new CommandFailure(endText(rollout));
  if (!json) print(io, endText(rollout));
}

/** Without a terminal: each thing that has changed as a line of its own, or the page as a line of JSON. */
class ChangePrinter {
  #before = '';
  #storyMs = 0;
  #told = new Set<string>();
  #nodes = '';
  #state = '';
  #isIdle = false;

  constructor(
    private readonly io: Io,
    private readonly json: boolean,
  ) {}

  idle(): void {
    if (!this.#isIdle) say(this.io, 'no rollout is under way; waiting for one to begin ...');
    this.#isIdle = true;
  }

  print(page: RolloutPageView, rollout: RolloutView, nowMs: number): void {
    if (this.json) {
      const text = JSON.stringify(page);
      if (text !== this.#before) print(this.io, text);
      this.#before = text;
      return;
    }
    if (this.#state === '') {
      print(
        this.io,
        `rollout ${rollout.id}: ${rollout.from.version} -> ${rollout.release.version}`,
      );
    }
    this.#story(rollout);
    const nodes = nodesByRelease(page);
    if (nodes !== this.#nodes) print(this.io, `nodes: ${nodes}`);
    this.#nodes = nodes;
    const verdict = page.comparison?.verdict ?? '';
    const state = [rollout.step, rollout.paused === null, verdict].join(' ');
    if (state !== this.#state && rollout.endedMs === null) {
      print(this.io, waitsFor(page, rollout, nowMs));
    }
    this.#state = state;
  }

  /** Lines that were not there: the oldest may have gone, so they are known by what they say. */
  #story({ story }: RolloutView): void {
    const fresh = story.filter(
      (line) => line.atMs >= this.#storyMs && !this.#told.has(storyText(line)),
    );
    for (const line of fresh) print(this.io, storyText(line));
    this.#storyMs = story.at(-1)?.atMs ?? this.#storyMs;
    this.#told = new Set(story.map(storyText));
  }
}

/** How long nobody has answered. */
class Patience {
  #sinceMs: number | null = null;
  #isSaid = false;

  constructor(
    private readonly clock: Clock,
    private readonly tell: (line: string) => void,
  ) {}

  answered(): void {
    this.#sinceMs = null;
    this.#isSaid = false;
  }

  /** Throws what is no question of time. */
  failed(thrown: unknown): null {
    if (thrown instanceof ApiFailure && thrown.status < 500) throw thrown;
    const nowMs = this.clock.nowMs();
    this.#sinceMs ??= nowMs;
    const silentMs = nowMs - this.#sinceMs;
    if (silentMs > silenceMaxMs) throw thrown;
    if (silentMs > silenceSaidMs && !this.#isSaid) {
      this.tell('no node answers at this moment; asking on ...');
      this.#isSaid = true;
    }
    return null;
  }
}
