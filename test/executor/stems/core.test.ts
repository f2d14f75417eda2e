import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { StemKind } from '../../../src/agent/index.js';
import {
  type StemEffect,
  type StemLimits,
  Stems,
  type Surroundings,
} from '../../../src/executor/stems/core.js';
import { kindNameOf } from '../../../src/executor/stems/kind.js';

const node: StemKind = { runtime: 'nodejs', memoryMb: 128, ephemeralMb: 512 };
const python: StemKind = { runtime: 'python', memoryMb: 128, ephemeralMb: 512 };
const large: StemKind = { runtime: 'nodejs', memoryMb: 1024, ephemeralMb: 512 };
const calm: Surroundings = { busy: false, memoryShort: false };
const roomy: StemLimits = { stemCellsMax: 20, bootsMax: 2, kindsMax: 10 };

/** Drives the core by lines of text, and writes down what follows from each. */
class Script {
  readonly stems: Stems;
  #nowMs = 0;
  constructor(limits: Partial<StemLimits> = {}, initial: readonly StemKind[] = []) {
    this.stems = new Stems({ ...roomy, ...limits }, initial);
  }

  /** Each line: `SECONDS WHAT [ARGUMENTS]`, and behind an arrow what is expected to follow. */
  play(text: string): void {
    const lines = text.trim().split('\n');
    const asked = lines.map((line) => line.trim().replace(/ *->.*/, ''));
    const trace = asked.map((line) => {
      const [at = '', what = '', ...rest] = line.split(' ');
      this.#nowMs = Number(at) * 1000;
      const words = this.#do(what, rest);
      this.stems.invariants();
      return words.length === 0 ? line : `${line} -> ${words.join(', ')}`;
    });
    assert.deepEqual(
      trace,
      lines.map((line) => line.trim().replace(/ +->/, ' ->')),
    );
  }

  #do(what: string, words: readonly string[]): string[] {
    const { stems } = this;
    const kind = { node, python, large }[words[0] ?? ''] ?? node;
    const number = Number(words[0]);
    const said: string[] = [];
    let surroundings = calm;
    if (what === 'start') {
      stems.asked(kind, this.#nowMs);
      const taken = stems.take(kind, this.#nowMs);
      said.push(taken === undefined ? 'none' : `takes ${taken}`);
    } else if (what === 'started') stems.started(number, node, words[1] === 'lost', this.#nowMs);
    else if (what === 'booted') stems.booted(number, Number(words[1] ?? 100), this.#nowMs);
    else if (what === 'failed') stems.bootFailed(number, words[1] === 'forever', this.#nowMs);
    else if (what === 'died') stems.died(number, this.#nowMs);
    else if (what === 'ended') stems.ended(number);
    else if (what === 'stop') stems.stop();
    else if (what === 'busy') surroundings = { ...calm, busy: true };
    else if (what === 'short') surroundings = { ...calm, memoryShort: true };
    else assert.equal(what, 'tick');
    if (stems.plan(this.#nowMs, surroundings)) said.push('waits');
    said.push(...stems.effects.splice(0).map(show));
    return said;
  }
}

function show(effect: StemEffect): string {
  if (effect.kind === 'end') return `end ${effect.stem}`;
  const { runtime, memoryMb } = effect.of;
  return `boot ${effect.stem} ${runtime}${memoryMb === 128 ? '' : ` of ${memoryMb} MB`}`;
}

describe('the stem cells of a node', () => {
  it('are there from the beginning in the kinds that were named, a few booting at a time', () => {
    new Script({ bootsMax: 1 }, [node, python]).play(`
      0 tick -> boot 1 nodejs
      0.1 booted 1 -> boot 2 python
      0.2 booted 2
      1000 tick
    `);
  });

  it('are replaced when the start that took one is over, or after 20 ms, and not before', () => {
    new Script({}, [node]).play(`
      0 tick -> boot 1 nodejs
      0.1 booted 1
      5 start node -> takes 1, waits
      5.004 tick -> waits
      5.006 started 1 -> boot 2 nodejs
      5.1 booted 2
      9 start node -> takes 2, waits
      9.019 tick -> waits
      9.02 tick -> boot 3 nodejs
    `);
  });

  it('are booted for a kind from its first start on, and the first start does not wait for one', () => {
    new Script().play(`
      0 tick
      1 start large -> none, boot 1 nodejs of 1024 MB
      1.1 booted 1
      2 start large -> takes 1, waits
    `);
  });

  it('are more where starts come often and boots take long, so that a burst finds some', () => {
    new Script().play(`
      0 start node -> none, boot 1 nodejs
      0.5 booted 1 2000
      1 start node -> takes 1, waits
      1 started 1 -> boot 2 nodejs
      1 start node -> none, boot 3 nodejs
      1 start node -> none
      1 start node -> none
      1 start node -> none
      1 start node -> none
      2 booted 2 1000
      3 booted 3 1000
      3 start node -> takes 3, waits
      3 start node -> takes 2, waits
      3 start node -> none, waits
      3 start node -> none, waits
      4 tick -> boot 4 nodejs, boot 5 nodejs
      5 booted 4 1000
      5 booted 5 1000
    `);
  });

  it('become fewer as starts become rare, and after ten minutes none is left', () => {
    const script = new Script({ bootsMax: 8 });
    for (let start = 0; start < 800; start++) script.stems.asked(node, 0);
    script.play(`
      0 tick -> boot 1 nodejs, boot 2 nodejs, boot 3 nodejs, boot 4 nodejs
      1 booted 1
      1 booted 2
      1 booted 3
      1 booted 4
      20 tick
      59 tick -> end 1
      60 tick
      80 tick
      119 tick -> end 2
      300 tick
      360 tick -> end 3
      599 tick
      600 tick -> end 4
    `);
    for (const number of [1, 2, 3, 4]) script.stems.ended(number);
    assert(script.stems.quiet, 'and nothing is to be done any more');
  });

  it('wait with booting while functions start', () => {
    new Script({}, [node]).play(`
      0 busy -> waits
      0.5 busy -> waits
      0.6 tick -> boot 1 nodejs
    `);
  });

  it('end at once when memory is short, and are not booted again before it has been enough a while', () => {
    new Script({}, [node, python]).play(`
      0 tick -> boot 1 nodejs, boot 2 python
      0.1 booted 1
      1 short -> end 1
      1.1 booted 2
      1.5 short -> end 2
      1.6 ended 1
      1.6 ended 2
      2 tick
      11.4 tick
      11.5 tick -> boot 3 nodejs, boot 4 python
    `);
  });

  it('are tried again after a second, and later and later, up to a minute', () => {
    new Script({}, [node]).play(`
      0 tick -> boot 1 nodejs
      0 failed 1
      0.9 tick
      1 tick -> boot 2 nodejs
      1 failed 2
      2.9 tick
      3 tick -> boot 3 nodejs
      3 failed 3
      7 tick -> boot 4 nodejs
      7 failed 4
      15 tick -> boot 5 nodejs
      15 failed 5
      31 tick -> boot 6 nodejs
      31 failed 6
      63 tick -> boot 7 nodejs
      63 failed 7
      122 tick
      123 tick -> boot 8 nodejs
      123.1 booted 8
      124 start node -> takes 8, waits
      124 started 8 -> boot 9 nodejs
      124 failed 9
      125 tick -> boot 10 nodejs
      125.1 booted 10
      200 died 10 -> end 10
      201.9 tick
      202 tick -> boot 11 nodejs
      202.1 booted 11
      400 died 11 -> end 11
      401 tick -> boot 12 nodejs
    `);
  });

  it('that die, or come to nothing when taken, are not given, and not booted again at once', () => {
    new Script({}, [node]).play(`
      0 tick -> boot 1 nodejs
      0.1 booted 1
      1 died 1 -> end 1
      1.1 start node -> none
      1.2 ended 1
      2 tick -> boot 2 nodejs
      2.1 booted 2
      3 start node -> takes 2, waits
      3.1 started 2 lost
      4 tick
      5.1 tick -> boot 3 nodejs
    `);
  });

  it('that live are given though another one of the kind has died', () => {
    const script = new Script();
    for (let start = 0; start < 800; start++) script.stems.asked(node, 0);
    script.play(`
      0 tick -> boot 1 nodejs, boot 2 nodejs
      0.1 booted 1 -> boot 3 nodejs
      0.1 booted 2 -> boot 4 nodejs
      0.2 died 1 -> end 1
      0.3 start node -> takes 2
      0.3 start node -> none
    `);
  });

  it('are never tried again where the driver has none of the kind', () => {
    const script = new Script({}, [node, python]);
    script.play(`
      0 tick -> boot 1 nodejs, boot 2 python
      0 failed 1 forever
      0 failed 2 forever
      100 start node -> none
      1000 tick
    `);
    assert(script.stems.quiet);
  });

  it('are shared out where not all kinds can have what they should: each one before any has two', () => {
    const play = (stemCellsMax: number, expected: string): void => {
      const script = new Script({ stemCellsMax, bootsMax: 9 }, [python]);
      for (let start = 0; start < 200; start++) script.stems.asked(node, 0);
      script.stems.asked(large, 0);
      script.play(expected);
    };
    play(0, '0 tick');
    play(1, '0 tick -> boot 1 python');
    play(2, '0 tick -> boot 1 nodejs, boot 2 python');
    play(3, '0 tick -> boot 1 nodejs, boot 2 nodejs of 1024 MB, boot 3 python');
    play(9, '0 tick -> boot 1 nodejs, boot 2 nodejs of 1024 MB, boot 3 python, boot 4 nodejs');
  });

  it('give way to a kind that is asked for more, but not before they are half a minute old', () => {
    const script = new Script({ stemCellsMax: 2, bootsMax: 2 });
    for (let start = 0; start < 40; start++) script.stems.asked(node, 0);
    script.play(`
      0 tick -> boot 1 nodejs, boot 2 nodejs
      1 booted 1
      1 booted 2
      2 start python -> none
      30 tick
      31 tick -> end 1
      31 ended 1 -> boot 3 python
    `);
  });

  it('end with the node, those too that still boot', () => {
    new Script({}, [node, python]).play(`
      0 tick -> boot 1 nodejs, boot 2 python
      0 booted 1
      1 stop -> end 1
      2 booted 2 -> end 2
      3 tick
    `);
  });

  it('are eight of a kind at most, however often they are asked for', () => {
    const { stems } = new Script();
    for (let start = 0; start < 100_000; start++) stems.asked(node, 0);
    assert.equal(stems.target(node, 0), 8);
  });

  it('forget the kind that was asked for least recently where too many are known', () => {
    const { stems } = new Script({ kindsMax: 2 });
    stems.asked(node, 0);
    stems.asked(python, 1);
    stems.asked(large, 2);
    stems.invariants();
    assert.deepEqual(
      [node, python, large].map((kind) => stems.target(kind, 3)),
      [0, 1, 1],
    );
    const initial = new Script({ kindsMax: 2 }, [node]).stems;
    initial.asked(python, 0);
    initial.asked(large, 1);
    assert.equal(initial.target(node, 2), 1, 'but for those that are there from the beginning');
  });

  it('are each given once, never after their end, within all bounds, and as many as they should be', () => {
    fc.assert(
      fc.property(steps, small, (script, limits) => new Model(limits).play(script)),
      { numRuns: runs },
    );
  });
});

/** More by HEARTH_POOL_RUNS. */
const runs = Number(process.env.HEARTH_POOL_RUNS ?? 5000);

const small = fc.record(
  {
    stemCellsMax: fc.integer({ min: 0, max: 5 }),
    bootsMax: fc.integer({ min: 1, max: 2 }),
    kindsMax: fc.integer({ min: 2, max: 3 }),
  },
  { noNullPrototype: true },
);

const acts = [
  'start',
  'start',
  'start',
  'started',
  'booted',
  'booted',
  'booted',
  'failed',
  'died',
  'ended',
  'ended',
  'tick',
  'tick',
  'busy',
  'short',
] as const;
const steps = fc.array(fc.tuple(fc.constantFrom(...acts), fc.nat(1000)), { maxLength: 80 });
const kinds = [node, python, large, { ...large, ephemeralMb: 1024 }];

/** Plays random steps against the core, with its own idea of where each stem cell is. */
class Model {
  readonly #stems: Stems;
  readonly #cells = new Map<number, { kind: StemKind; step: string }>();
  readonly #taken: number[] = [];
  #nowMs = 0;
  #shortAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly limits: StemLimits) {
    this.#stems = new Stems(limits, [node]);
  }

  play(script: readonly (readonly [(typeof acts)[number], number])[]): void {
    for (const [act, choice] of script) {
      this.#nowMs += act === 'tick' ? (choice % 40) * 1000 : choice % 30;
      this.#step(act, choice);
      this.#plan({ busy: act === 'busy', memoryShort: act === 'short' });
    }
    this.#quieten();
    this.#stems.stop();
    this.#take();
    this.#settleEnds();
    assert.equal(this.#in('booting').length + this.#in('ready').length, 0, 'all end with the node');
    assert(this.#stems.counts().ready === 0);
  }

  #step(act: (typeof acts)[number], choice: number): void {
    const one = (step: string): number | undefined => {
      const numbers = this.#in(step);
      return numbers[choice % Math.max(1, numbers.length)];
    };
    if (act === 'start') this.#start(kinds[choice % kinds.length] as StemKind);
    else if (act === 'started') {
      const number = this.#taken.shift();
      if (number === undefined) return;
      this.#stems.started(number, this.#kindOf(number), choice % 5 === 0, this.#nowMs);
    } else if (act === 'booted' || act === 'failed') {
      const number = one('booting');
      if (number === undefined) return;
      this.#put(number, act === 'booted' ? 'ready' : 'gone');
      if (act === 'booted') this.#stems.booted(number, choice * 3, this.#nowMs);
      else this.#stems.bootFailed(number, choice % 7 === 0, this.#nowMs);
    } else if (act === 'died') {
      const number = one('ready');
      if (number === undefined) return;
      assert(this.#stems.died(number, this.#nowMs));
      assert(!this.#stems.died(number, this.#nowMs), 'dead once');
    } else if (act === 'ended') {
      const number = one('ending');
      if (number === undefined) return;
      this.#put(number, 'gone');
      this.#stems.ended(number);
    }
  }

  #start(kind: StemKind): void {
    this.#stems.asked(kind, this.#nowMs);
    const number = this.#stems.take(kind, this.#nowMs);
    const name = kindNameOf(kind);
    const had = this.#in('ready').filter((ready) => kindNameOf(this.#kindOf(ready)) === name);
    if (number === undefined) {
      assert.equal(had.length, 0, 'nobody goes without beside one that is ready');
      return;
    }
    assert(had.includes(number), 'ready, of the right kind, and never given before');
    this.#put(number, 'taken');
    this.#taken.push(number);
  }

  #plan(surroundings: Surroundings): void {
    if (surroundings.memoryShort) this.#shortAtMs = this.#nowMs;
    this.#stems.plan(this.#nowMs, surroundings);
    const boots = this.#take();
    if (surroundings.busy) assert.equal(boots, 0, 'nothing is booted beside starts');
    if (this.#nowMs < this.#shortAtMs + 10_000) assert.equal(boots, 0, 'nor without memory');
    if (surroundings.memoryShort) assert.equal(this.#in('ready').length, 0, 'all make room');
    assert.equal(this.#stems.counts().ready, this.#in('ready').length, 'none is lost');
  }

  /** Performs the effects, and counts the boots. */
  #take(): number {
    let boots = 0;
    for (const effect of this.#stems.effects.splice(0)) {
      if (effect.kind === 'boot') {
        boots++;
        assert(!this.#cells.has(effect.stem), 'a number is used once');
        this.#cells.set(effect.stem, { kind: effect.of, step: 'booting' });
      } else {
        assert.equal(this.#cells.get(effect.stem)?.step, 'ready', 'only what is ready is ended');
        this.#put(effect.stem, 'ending');
      }
    }
    this.#stems.invariants();
    const present = ['booting', 'ready', 'ending'].flatMap((step) => this.#in(step));
    assert(present.length <= this.limits.stemCellsMax);
    assert(this.#in('booting').length <= this.limits.bootsMax);
    return boots;
  }

  /** All goes well and nobody asks: there must soon be as many as there should be. */
  #quieten(): void {
    this.#nowMs += 125_000;
    for (let round = 0; round < 40; round++) {
      this.#nowMs += 1000;
      for (const number of this.#in('booting')) {
        this.#put(number, 'ready');
        this.#stems.booted(number, 100, this.#nowMs);
      }
      this.#settleEnds();
      this.#plan(calm);
    }
    const targets = kinds.map((kind) => this.#stems.target(kind, this.#nowMs));
    const wanted = targets.reduce((sum, target) => sum + target, 0);
    const ready = this.#in('ready');
    assert.equal(ready.length, Math.min(wanted, this.limits.stemCellsMax), 'targets are reached');
    for (const [index, kind] of kinds.entries()) {
      const name = kindNameOf(kind);
      const count = ready.filter((number) => kindNameOf(this.#kindOf(number)) === name).length;
      assert(count <= (targets[index] ?? 0), 'and not passed');
    }
  }

  #settleEnds(): void {
    for (const number of this.#in('ending')) {
      this.#put(number, 'gone');
      this.#stems.ended(number);
    }
    for (const number of this.#in('booting')) {
      this.#stems.booted(number, 100, this.#nowMs);
      this.#put(number, 'ready');
      this.#take();
    }
  }

  #in(step: string): number[] {
    return [...this.#cells].filter(([, cell]) => cell.step === step).map(([number]) => number);
  }

  #kindOf(number: number): StemKind {
    return this.#cells.get(number)?.kind ?? node;
  }

  #put(number: number, step: string): void {
    const cell = this.#cells.get(number);
    if (cell !== undefined) cell.step = step;
  }
}
