import { strict as assert } from 'node:assert';
import { type TestContext, test } from 'node:test';
import { nextTurn, SimulatedClock, seededRandom, silentLogger } from '../../../src/lib/index.js';
import {
  type Looked,
  type Manifest,
  newReleaseKeys,
  type ReleaseSource,
  SourceWatch,
} from '../../../src/rollout/index.js';
import { HearthError } from '../../../src/types/index.js';
import { keys, manifestOf } from './scratch.js';

const pollMs = 1000;
const longMs = 24 * 3600_000;

/** A watch over what `state.holds` says at each look: a version that is signed, or what else comes of it. */
function begin(context: TestContext, { trusted = [keys.publicKey] } = {}) {
  const clock = new SimulatedClock();
  const state: { holds: string | Manifest | HearthError | Promise<Looked> } = { holds: '0.3.0' };
  const looks: number[] = [];
  let seen: unknown = null;
  const source: ReleaseSource = {
    async look(signal) {
      looks.push(clock.nowMs());
      const { holds } = state;
      if (holds instanceof Promise) return untilAborted(holds, signal);
      if (holds instanceof HearthError) throw holds;
      if (holds === seen) return { kind: 'unchanged' };
      seen = holds;
      return { kind: 'offer', manifest: typeof holds === 'string' ? manifestOf(holds) : holds };
    },
    forget: () => {
      seen = null;
    },
  };
  const offered: string[] = [];
  const refused: string[] = [];
  const watch = new SourceWatch(
    {
      clock,
      random: seededRandom(7),
      logger: silentLogger,
      source,
      offered: ({ version }) => offered.push(version),
      refused: (message) => refused.push(message),
    },
    { address: 'oci://r.example/hearth:stable', pollMs, keys: trusted, running: '0.2.0' },
  );
  context.after(() => watch.stop());
  /** Lets it look so often. */
  const look = async (times = 1, stepMs = 100): Promise<void> => {
    for (let time = 0; time < times; time++) {
      const before = looks.length;
      for (let ms = 0; looks.length === before && ms < longMs; ms += stepMs) {
        clock.advance(stepMs);
        await nextTurn();
      }
    }
  };
  const start = async (): Promise<void> => {
    watch.start();
    await nextTurn();
  };
  return { watch, state, looks, offered, refused, clock, look, start };
}

const unavailable = new HearthError('release-unavailable', 'It cannot be had.');

test('what a source holds at the start is offered, once', async (context) => {
  const { watch, offered, refused, look, start, clock } = begin(context);
  assert.equal(watch.page.lookedMs, null);
  await start();
  assert.deepEqual(offered, ['0.3.0']);
  await look(3);
  assert.deepEqual(offered, ['0.3.0']);
  assert.deepEqual(refused, []);
  assert.equal(watch.offer?.version, '0.3.0');
  const { lookedMs, ...page } = watch.page;
  assert.deepEqual(page, { address: 'oci://r.example/hearth:stable', text: 'offers 0.3.0' });
  assert.ok(lookedMs !== null && lookedMs > clock.wallOriginMs);
});

test('looks come at the interval, give or take a fifth, and never quite at it', async (context) => {
  const { looks, look, start } = begin(context);
  await start();
  await look(20, 10);
  const pauses = looks.slice(1).map((atMs, index) => atMs - (looks[index] ?? 0));
  assert.ok(
    pauses.every((ms) => ms >= 0.8 * pollMs && ms <= 1.2 * pollMs + 100),
    `${pauses}`,
  );
  assert.ok(new Set(pauses).size > 10, `${pauses}`);
});

test('a newer release is offered when it comes, one that runs is not', async (context) => {
  const { watch, state, offered, refused, look, start } = begin(context);
  state.holds = '0.2.0';
  await start();
  assert.deepEqual([offered, refused, watch.offer], [[], [], null]);
  assert.equal(watch.page.text, 'offers 0.2.0, which runs');
  state.holds = '0.3.0-rc.1';
  await look();
  state.holds = '0.3.0';
  await look();
  assert.deepEqual(offered, ['0.3.0-rc.1', '0.3.0']);
});

test('an older release, and a wrongly signed one, are refused, each once', async (context) => {
  const { watch, state, offered, refused, look, start } = begin(context);
  await start();
  state.holds = '0.1.9';
  await look(3);
  assert.equal(watch.offer, null, 'what it offered before is there no more');
  state.holds = { ...manifestOf('0.4.0'), formatLevel: 3 };
  await look(3);
  state.holds = '0.1.9';
  await look(3);
  assert.match(watch.page.text, /0.1.9 at oci.* is refused: it is older than 0.2.0, which runs/);
  assert.deepEqual(offered, ['0.3.0']);
  assert.deepEqual(
    refused.map((message) => /Release (\S+).* is refused: \S+ \S+/.exec(message)?.[0]),
    [
      'Release 0.1.9 at oci://r.example/hearth:stable is refused: it is',
      'Release 0.4.0 is refused: no trusted',
    ],
  );
});

test('what becomes unsigned is offered no longer, and offered again once it is signed', async (context) => {
  const { watch, state, offered, refused, look, start } = begin(context, {
    trusted: [newReleaseKeys().publicKey, keys.publicKey],
  });
  await start();
  const unsigned = new HearthError('release-refused', 'It is not signed.');
  state.holds = unsigned;
  await look(2);
  assert.deepEqual(refused, [unsigned.message]);
  assert.equal(watch.offer, null);
  state.holds = '0.3.0';
  await look();
  assert.deepEqual(offered, ['0.3.0', '0.3.0']);
});

test('a source that fails is looked at less often, up to ten minutes, and offers nothing twice', async (context) => {
  const { watch, state, looks, offered, refused, look, start } = begin(context);
  await start();
  state.holds = unavailable;
  await look(14);
  assert.equal(watch.page.text, unavailable.message);
  assert.equal(watch.offer?.version, '0.3.0', 'nobody has said that it is gone');
  const pauses = looks.slice(2).map((atMs, index) => atMs - (looks[index + 1] ?? 0));
  for (const [index, ms] of pauses.entries()) {
    const wanted = Math.min(pollMs * 2 ** (index + 1), 600_000);
    assert.ok(ms >= 0.8 * wanted && ms <= 1.2 * wanted + 100, `pause ${index}: ${ms} of ${wanted}`);
  }
  state.holds = '0.3.0';
  await look();
  assert.equal(watch.page.text, 'offers 0.3.0');
  assert.deepEqual([offered, refused], [['0.3.0'], []]);
  const atMs = looks.at(-1) ?? 0;
  await look();
  assert.ok((looks.at(-1) ?? 0) - atMs <= 1.2 * pollMs + 100, 'as often as before');
});

test('a look that takes a minute is given up', async (context) => {
  const { watch, state, offered, look, start, clock } = begin(context);
  state.holds = new Promise(() => {});
  await start();
  clock.advance(60_000);
  await nextTurn();
  assert.match(watch.page.text, /cannot be had: it took too long/);
  state.holds = '0.3.0';
  await look();
  assert.deepEqual(offered, ['0.3.0']);
});

test('a stopped watch looks no more, and a started one offers anew', async (context) => {
  const { watch, looks, offered, start, clock } = begin(context);
  await start();
  await watch.stop();
  clock.advance(10 * pollMs);
  await nextTurn();
  assert.equal(looks.length, 1);
  assert.equal(watch.offer, null);
  await start();
  await start();
  assert.deepEqual(offered, ['0.3.0', '0.3.0']);
});

test('what a look finds after the end is told to nobody, and not waited for', async (context) => {
  const { watch, state, offered, start } = begin(context);
  const found = { kind: 'offer', manifest: manifestOf('0.3.0') } as const;
  let answer = (_: Looked): void => {};
  state.holds = new Promise((resolve) => {
    answer = resolve;
  });
  await start();
  await watch.stop();
  answer(found);
  await nextTurn();
  assert.deepEqual(offered, []);
  assert.equal(watch.page.lookedMs, null);
});

/** As a source that hears of the end of a look, but only where it was late. */
function untilAborted(work: Promise<Looked>, signal: AbortSignal): Promise<Looked> {
  return new Promise((resolve, reject) => {
    work.then(resolve);
    signal.addEventListener('abort', () => {
      if (signal.reason.message === 'it took too long') reject(signal.reason);
    });
  });
}
