/** Machines that a seed makes up, with crashes where it says: the same end, and never the same work twice. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Random, seededRandom } from '../../../src/lib/index.js';
import { type LabOptions, runLab, stopLab } from '../lab.js';
import { tasks } from './machines.js';

after(stopLab);

const seeds = 150;

test('made-up machines end the same, wherever their engines crash', async () => {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const random = seededRandom(seed);
    const definition = new Graphs(random).graph(2);
    const redrives = random.below(4);
    const options: LabOptions = { definition, input: '[1,2,3]', redrives, seed, stepsMax: 20_000 };
    const whole = await runLab({ ...options, task: tasks() });
    const crashAt = new Set(
      Array.from({ length: whole.steps * 2 }, (_, step) => step + 1).filter(
        () => random.below(3) === 0,
      ),
    );
    for (const crashKeeps of [undefined, 'records', 'nothing'] as const) {
      const where = `seed ${seed}, with ${crashKeeps ?? 'everything'} kept`;
      const keeps = crashKeeps === undefined ? {} : { crashKeeps };
      const run = await runLab({ ...options, task: tasks(), crashAt, ...keeps });
      assert.notEqual(run.end, null, where);
      run.records.forEach(({ event }, index) => {
        assert.equal(event.id, index + 1, where);
        assert.ok(event.previousEventId < event.id, where);
      });
      const ids = run.begun.map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length, `${where}: begun twice`);
      // what is told later than it happened may come behind something else
      if (crashKeeps !== 'nothing') assert.deepEqual(run.end, whole.end, where);
    }
  }
});

class Graphs {
  #states = 0;

  constructor(private readonly random: Random) {}

  graph(depth: number): object {
    const names = Array.from({ length: 1 + this.random.below(3) }, () => {
      this.#states += 1;
      return `S${this.#states}`;
    });
    const last = names.at(-1) ?? '';
    const states = names.map((name, index) => {
      const next = names[index + 1];
      const going = next === undefined ? { End: true } : { Next: next };
      return [name, this.#state(depth, going, next === undefined ? null : last)] as const;
    });
    return { StartAt: names[0], States: Object.fromEntries(states) };
  }

  #state(depth: number, going: object, fallback: string | null): object {
    const { random } = this;
    const kinds = ['Pass', 'Wait', 'Task', 'Task', 'Assign', 'Fail'];
    if (depth > 0) kinds.push('Parallel', 'Map', 'Parallel');
    const errors = { ResultPath: null, ...this.#errors(fallback), ...going };
    switch (this.#pick(kinds)) {
      case 'Wait':
        return { Type: 'Wait', Seconds: random.below(9), ...going };
      case 'Task': {
        const name = this.#pick(['double', 'echo', 'flaky', 'broken', 'double']);
        const Resource = `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
        return { Type: 'Task', Resource, TimeoutSeconds: 5, ...errors };
      }
      case 'Assign':
        return { Type: 'Pass', Assign: { [`v${this.#states}`]: 1, 'w.$': '$' }, ...going };
      case 'Fail':
        if (fallback === null && random.below(2) === 0) return { Type: 'Fail', Error: 'E' };
        return { Type: 'Pass', ...going };
      case 'Parallel': {
        const Branches = Array.from({ length: 1 + random.below(3) }, () => this.graph(depth - 1));
        return { Type: 'Parallel', Branches, ...errors };
      }
      case 'Map': {
        const ItemProcessor = this.graph(depth - 1);
        const MaxConcurrency = random.below(3);
        return {
          Type: 'Map',
          ItemsPath: '$$.Execution.Input',
          MaxConcurrency,
          ItemProcessor,
          ...errors,
        };
      }
      default:
        return { Type: 'Pass', ...going };
    }
  }

  #errors(fallback: string | null): object {
    const { random } = this;
    const ErrorEquals = ['States.ALL'];
    const Retry = [
      { ErrorEquals, IntervalSeconds: 1 + random.below(3), MaxAttempts: random.below(3) },
    ];
    const catches = fallback !== null && random.below(3) === 0;
    return {
      ...(random.below(2) === 0 ? { Retry } : {}),
      ...(catches ? { Catch: [{ ErrorEquals, ResultPath: null, Next: fallback }] } : {}),
    };
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[this.random.below(items.length)] as Item;
  }
}
