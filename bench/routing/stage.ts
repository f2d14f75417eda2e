/**
 * Where nodes are killed and stopped: nine nodes, functions that are warm somewhere (a few at each node),
 * and load from the client, which takes the nodes in turn and leaves out those that are to be hurt.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type Random, seededRandom } from '../../src/lib/index.js';
import type { Cleanup } from '../harness/cleanup.js';
import { between, warmShare } from './answers.js';
import { Functions, type FunctionsPlan } from './functions.js';
import { type Answer, Load } from './load.js';
import type { Member } from './member.js';
import { NineNodes } from './nine-nodes.js';

const seed = 7;
/** Starting all functions once must not be load yet. */
const primePerS = 10;
const rehearsalMsMax = 60_000;
const lookEveryMs = 1000;
/** So many looks in a row must show that this share of a second's requests was warm. */
const calmLooks = 3;
const calmShare = 0.95;

export class Stage {
  readonly #answers: Answer[] = [];
  #loads = 0;
  readonly #random: Random = seededRandom(seed);

  private constructor(
    readonly nodes: NineNodes,
    readonly functions: Functions,
  ) {}

  static async set(cleanup: Cleanup, plan: FunctionsPlan): Promise<Stage> {
    const nodes = await NineNodes.start(cleanup, {});
    const functions = new Functions(nodes.directory, plan);
    await functions.deploy(await nodes.master());
    const stage = new Stage(nodes, functions);
    await stage.#prime();
    return stage;
  }

  /** Starts a load on these nodes in turn, for all functions alike. */
  load(ratePerS: number, on: readonly Member[]): Load {
    const load = new Load({
      ratePerS,
      name: `load${++this.#loads}`,
      next: (index) => ({
        target: on[index % on.length] as Member,
        functionIndex: this.#random.below(this.functions.plan.count),
      }),
    });
    load.start();
    return load;
  }

  /** Ends a load; what it got counts for `account`. */
  async ended(load: Load): Promise<readonly Answer[]> {
    const answers = await load.stop();
    this.#answers.push(...answers);
    return answers;
  }

  /** Of all loads that have ended: answered though it never ran, and run more than once. */
  async account(): Promise<{ readonly missing: number; readonly twice: number }> {
    const runs = await this.functions.runs();
    const answered = this.#answers.filter(({ error }) => error === '');
    return {
      missing: answered.filter(({ event }) => !runs.has(event)).length,
      twice: [...runs.values()].filter((count) => count > 1).length,
    };
  }

  /**
   * The same load before anything is measured, until nearly all of it is warm: functions that are asked for
   * by many at once first spread, and starting sandboxes takes all the CPU that there is.
   */
  async rehearse(ratePerS: number): Promise<void> {
    const load = this.load(ratePerS, this.nodes.members);
    const untilMs = performance.now() + rehearsalMsMax;
    for (let calm = 0; calm < calmLooks && performance.now() < untilMs; ) {
      await delay(lookEveryMs);
      const nowMs = performance.now();
      const latest = between(load.answers, nowMs - 2 * lookEveryMs, nowMs - lookEveryMs);
      calm = latest.length > 0 && warmShare(latest) >= calmShare ? calm + 1 : 0;
    }
    await this.ended(load);
  }

  async #prime(): Promise<void> {
    const { members } = this.nodes;
    const { count } = this.functions.plan;
    const load = new Load({
      ratePerS: primePerS,
      name: 'prime',
      countMax: count,
      next: (index) => ({
        target: members[index % members.length] as Member,
        functionIndex: index,
      }),
    });
    load.start();
    for (const { error } of await load.done()) if (error !== '') throw new Error(error);
  }
}
