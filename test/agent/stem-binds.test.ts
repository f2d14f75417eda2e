import { strict as assert } from 'node:assert';
import type { Stats } from 'node:fs';
import { describe, it } from 'node:test';
import { CodeBinds } from '../../src/agent/namespace/code-binds.js';
import { Mounter } from '../../src/agent/namespace/mounter.js';
import { DeadlineQueue, SimulatedClock } from '../../src/lib/index.js';

const statsOf = (ino: number) => ({ dev: 1, ino }) as Stats;
const nothing = () => Promise.resolve();

/** Writes down what it is asked, and answers when it is told to. */
class FakeMounter {
  readonly asked: string[] = [];
  answer: () => Promise<void> = nothing;
  ask(verb: string, place: string, source = ''): Promise<void> {
    this.asked.push([verb, place, source].join(' ').trim());
    return this.answer();
  }
}

describe('the code on the stage', () => {
  it('is bound once for all who need it at the same time', async () => {
    const mounter = new FakeMounter();
    const binds = new CodeBinds(mounter);
    const places: string[] = [];
    const use = () =>
      binds.use('/code', statsOf(1), async (place) => {
        places.push(place);
      });
    await Promise.all([use(), use()]);
    await use();
    assert.deepEqual(places, ['code/0', 'code/0', 'code/0']);
    assert.deepEqual(mounter.asked, ['bind code/0 /code']);
  });

  it('is bound anew where the directory is another one by now', async () => {
    const mounter = new FakeMounter();
    const binds = new CodeBinds(mounter);
    for (const ino of [1, 2]) await binds.use('/code', statsOf(ino), nothing);
    assert.deepEqual(mounter.asked, ['bind code/0 /code', 'unbind code/0', 'bind code/1 /code']);
  });

  it('is never more than a number, and goes when it is used least', async () => {
    const mounter = new FakeMounter();
    const binds = new CodeBinds(mounter);
    for (let at = 0; at < 64; at++) await binds.use(`/code/${at}`, statsOf(at), nothing);
    await binds.use('/code/0', statsOf(0), nothing);
    await binds.use('/code/64', statsOf(64), nothing);
    assert.equal(binds.size, 64);
    assert.deepEqual(
      mounter.asked.filter((asked) => asked.startsWith('unbind')),
      ['unbind code/1'],
    );
  });

  it('stays until nobody is about to mount it', async () => {
    const mounter = new FakeMounter();
    const binds = new CodeBinds(mounter);
    let release: () => void = () => undefined;
    const held = binds.use(
      '/code',
      statsOf(1),
      () => new Promise((resolve) => (release = resolve)),
    );
    await new Promise(setImmediate);
    await binds.use('/code', statsOf(2), nothing);
    assert(!mounter.asked.includes('unbind code/0'));
    release();
    await held;
    assert(mounter.asked.includes('unbind code/0'));
  });

  it('is tried again after it could not be bound', async () => {
    const mounter = new FakeMounter();
    const binds = new CodeBinds(mounter);
    mounter.answer = () => Promise.reject(new Error('no such file'));
    await assert.rejects(binds.use('/code', statsOf(1), nothing), {
      message: '/code could not be bound: no such file',
    });
    mounter.answer = nothing;
    await binds.use('/code', statsOf(1), nothing);
    assert.equal(mounter.asked.at(-1), 'bind code/1 /code');
  });
});

describe('the program that mounts', () => {
  const mounterOf = (script: string) => {
    const clock = new SimulatedClock();
    const deadlines = new DeadlineQueue(clock);
    return { clock, mounter: new Mounter(['/bin/sh', '-c', script], { clock, deadlines }) };
  };
  const answering = 'while read v && read p && read s; do';

  it('is told one thing after another, and what it says belongs to its turn', async () => {
    const { mounter } = mounterOf(
      `${answering} case $p in bad*) echo "mount: $s"; echo '= 32';; *) echo '= 0';; esac; done`,
    );
    const asked = ['good', 'bad', 'good'].map((place) => mounter.ask('give', place, `of ${place}`));
    const answers = await Promise.allSettled(asked);
    assert.deepEqual(
      answers.map((answer) => (answer.status === 'rejected' ? answer.reason.message : 'done')),
      ['done', 'mount: of bad', 'done'],
    );
    await mounter.close();
    await assert.rejects(mounter.ask('give', 'a'), /stops/);
  });

  it('is replaced where it ends, and where it does not answer in time', async () => {
    const ending = mounterOf(`${answering} case $p in end) exit 1;; *) echo '= 0';; esac; done`);
    await assert.rejects(ending.mounter.ask('give', 'end'), /did not answer: it ended/);
    await ending.mounter.ask('give', 'good');
    await ending.mounter.close();
    const { clock, mounter } = mounterOf(`${answering} :; done`);
    const late = assert.rejects(mounter.ask('give', 'late'), /no answer within 10000 ms/);
    clock.advance(10_100);
    await late;
    await mounter.close();
  });
});
