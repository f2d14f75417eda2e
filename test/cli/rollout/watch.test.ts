import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { RolloutPageView } from '../../../src/cli/rollout/pages.js';
import { Screen } from '../../../src/cli/rollout/screen.js';
import { watchRollout } from '../../../src/cli/rollout/watch.js';
import { type Clock, systemClock } from '../../../src/lib/index.js';
import { comparison, nowMs, pageOf, rolloutAt } from './pages.js';

/** A clock whose waits are over at once. */
function quickClock(): Clock {
  let passedMs = 0;
  return {
    ...systemClock,
    nowMs: () => passedMs,
    wallMs: () => nowMs,
    after: (delayMs, callback) => {
      passedMs += delayMs;
      const timer = setImmediate(callback);
      return () => clearImmediate(timer);
    },
  };
}

type Look = RolloutPageView | Error;

async function watched(looks: readonly Look[], { json = false, terminal = false } = {}) {
  const stdout = Object.assign(new PassThrough(), { isTTY: true as const, columns: 80, rows: 24 });
  const stderr = new PassThrough();
  const io = { stdin: Readable.from([]), stdout, stderr, env: {}, clock: quickClock() };
  const rest = [...looks];
  const enough = new AbortController();
  const look = async () => {
    const next = rest.shift() ?? new Error('the test has no more looks');
    if (rest.length === 0) enough.abort();
    if (next instanceof Error) throw next;
    return { page: next, statuses: new Map<string, string>() };
  };
  const screen = terminal ? new Screen(stdout, true) : null;
  const end = await watchRollout({ io, look, screen, json }, enough.signal).then(
    () => 'ended',
    (thrown: Error) => thrown.message,
  );
  const text = (stream: PassThrough) => String(stream.read() ?? '');
  return { end, out: text(stdout), said: text(stderr), unread: rest.length };
}

const story = [
  { atMs: nowMs, step: 'detected', text: 'it begins.' },
  { atMs: nowMs, step: 'draining', text: 'node b is drained.' },
];
const finalised = rolloutAt('finalised', { revision: 9, endedMs: nowMs, story });

test('without a terminal each change is a line, once, and the end a sentence', async () => {
  const begun = pageOf(rolloutAt('detected', { story: story.slice(0, 1) }));
  const draining = pageOf(rolloutAt('draining', { revision: 8, story }));
  const { end, out, said } = await watched([
    pageOf(null),
    ...[begun, begun, draining, draining],
    { ...pageOf(null, { past: [finalised] }), nodes: pageOf(null).nodes.slice(2) },
  ]);
  assert.equal(end, 'ended');
  assert.match(said, /^no rollout is under way; waiting for one to begin \.\.\.\n$/);
  assert.deepEqual(
    out.split('\n').map((line) => line.replace(/^\d\d:\d\d:\d\d/, 'TIME')),
    [
      'rollout 4: 0.1.0 -> 0.2.0',
      'TIME  detected: it begins.',
      'nodes: 2 of 0.1.0, 1 of 0.2.0',
      'detected for 34 s: every host fetches 0.2.0 and checks it.',
      'TIME  draining: node b is drained.',
      'draining for 34 s: 2 nodes of 0.1.0 are left to be replaced, the youngest first.',
      'nodes: 1 of 0.2.0',
      'rollout 4 is finalised after 2 min 5 s: the cluster runs 0.2.0.',
      '',
    ],
  );
});

test('a rollout that went back ends the watch as a failure that says why', async () => {
  const reason = 'it answers errors.';
  const past = [rolloutAt('rolled-back', { endedMs: nowMs, reason })];
  const { end } = await watched([pageOf(rolloutAt('draining')), pageOf(null, { past })]);
  assert.match(end, /^rollout 4 was rolled back after .* runs 0\.1\.0: it answers errors\.$/);
});

test('a rollout that was over before the watch began is not taken for the one to come', async () => {
  const past = [rolloutAt('rolled-back', { id: 3, endedMs: nowMs })];
  const after = pageOf(null, { past: [finalised, ...past] });
  const { end, unread } = await watched([pageOf(null, { past }), after]);
  assert.deepEqual([end, unread], ['ended', 0]);
});

test('what a node that is behind still shows is not shown again', async () => {
  const before = pageOf(rolloutAt('detected', { story: story.slice(0, 1) }));
  const draining = pageOf(rolloutAt('draining', { revision: 8, story }));
  const looks = [draining, before, pageOf(null), draining, pageOf(null, { past: [finalised] })];
  const { end, out } = await watched(looks);
  assert.equal(end, 'ended');
  assert.equal(out.split('draining for').length, 2, out);
  assert.doesNotMatch(out, /detected for/);
});

test('a short silence is no news, a longer one a quiet line, the longest a failure', async () => {
  const silence = (looks: number) => Array.from({ length: looks }, () => new Error('nobody'));
  const page = pageOf(rolloutAt('draining'));
  const end = pageOf(null, { past: [finalised] });
  assert.equal((await watched([page, ...silence(15), end])).said, '');
  const { said } = await watched([page, ...silence(60), end]);
  assert.equal(said, 'no node answers at this moment; asking on ...\n');
  assert.equal((await watched([page, ...silence(700)])).end, 'nobody');
});

test('JSON is one page a line, told when it has changed', async () => {
  const page = pageOf(rolloutAt('draining'));
  const { out } = await watched([page, page, pageOf(null, { past: [finalised] })], { json: true });
  const steps = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).current.step);
  assert.deepEqual(steps, ['draining', 'finalised']);
});

test('a terminal is drawn over in one write that never scrolls it', async () => {
  const long = Array.from({ length: 50 }, (_, at) => ({ atMs: nowMs, step: 'x', text: `${at}` }));
  const page = pageOf(rolloutAt('draining', { story: long }), { comparison });
  const { out } = await watched([page, page, pageOf(null, { past: [finalised] })], {
    terminal: true,
  });
  const drawings = out.split('\r').slice(1);
  assert.equal(drawings.length, 3);
  for (const drawing of drawings.slice(0, 2)) {
    const lines = drawing.split('\n');
    assert.ok(lines.length <= 24, `${lines.length} lines`);
    assert.match(stripVTControlCharacters(drawing), /x: 49\n/);
    for (const line of lines) assert.ok(stripVTControlCharacters(line).length <= 79, line);
  }
  const heights = drawings.map((drawing) => drawing.split('\n').length - 1);
  assert.ok(drawings[0]?.endsWith(`\u001b[${heights[0]}A`));
  assert.doesNotMatch(drawings[2] ?? '', /finalised for/);
  assert.ok(out.includes(' \u001b[1m[draining]\u001b[0m '));
});
