import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RolloutPageView } from '../../../src/cli/rollout/pages.js';
import { duration, endText, historyText, statusLines } from '../../../src/cli/rollout/text.js';
import { comparison, nowMs, pageOf, rolloutAt } from './pages.js';

const statuses = new Map([['b'.repeat(10), 'draining']]);
const options = { columns: 79, nodesMax: 20, storyMax: 10 };
const lines = (page: RolloutPageView, more = {}) =>
  statusLines({ page, statuses, nowMs }, { ...options, ...more });

test('the status tells the step, what is waited for, the nodes, the comparison and the story', () => {
  const text = lines(pageOf(rolloutAt('baking-canaries'), { comparison })).join('\n');
  assert.match(text, /^rollout 4: 0\.1\.0 -> 0\.2\.0, begun 2 min 5 s ago by source\n/);
  assert.match(text, /\n {2}detected > starting-canaries > \[baking-canaries\] > handing-over >/);
  assert.match(text, /\nbaking-canaries for 34 s: 120 of 200 requests have been answered/);
  assert.match(text, /\nnodes: 2 of 0\.1\.0, 1 of 0\.2\.0\n/);
  assert.match(text, /bbbbbbbb\s+127\.0\.0\.1:8082\s+replica\s+0\.1\.0\s+draining\n/);
  assert.match(text, /0\.1\.0\s+2\s+1200\s+0\.00 %\s+0\.25 %\s+1\.4 ms\s+9\.3 ms\s+11\.0 ms\n/);
  assert.match(text, /0\.2\.0\s+1\s+120\s+0\.00 %\s+0\.00 %\s+-\s+130 ms\s+11\.0 ms\n/);
  assert.match(text, /\d\d:\d\d:\d\d {2}detected: the source offers 0\.2\.0\.$/);
});

test('no line is wider than 79 columns, at any step', () => {
  const reason = 'the new release answers 5.1 % of its requests by errors, the old one 0.0 %.';
  const steps = ['detected', 'handing-over', 'moving', 'draining', 'draining-last', 'baking'];
  for (const step of [...steps, 'moving-back', 'replacing-back']) {
    const back = step.endsWith('-back') ? { reason } : {};
    const page = pageOf(rolloutAt(step, back), { comparison });
    for (const line of lines(page)) assert.ok(line.length <= 79, line);
  }
});

test('the way back is told behind the steps that it went', () => {
  const story = ['detected', 'starting-canaries', 'baking-canaries', 'replacing-back'].map(
    (step) => ({ atMs: nowMs, step, text: '.' }),
  );
  const reason = 'a place is in a crash loop.';
  const early = lines(pageOf(rolloutAt('replacing-back', { story, reason }))).join('\n');
  assert.match(
    early,
    / detected > starting-canaries > baking-canaries > \[replacing-back\] >\n {2}rolled-back\n/,
  );
  assert.match(early, /\ngoes back to 0\.1\.0: a place is in a crash loop\n/);
  assert.match(
    early,
    /\nreplacing-back for 34 s: 1 node of 0\.2\.0 is left to be replaced by 0\.1\.0/,
  );
  const late = lines(pageOf(rolloutAt('moving-back', { story, reason }))).join('\n');
  assert.match(late, /\[moving-back\] >\n {2}replacing-back > rolled-back\n/);
});

test('who paused a rollout is told, and how it goes on', () => {
  const paused = { by: 'AKIA1', atMs: nowMs - 3000 };
  const text = lines(pageOf(rolloutAt('draining', { paused }))).join('\n');
  assert.match(text, /draining for 34 s: paused by AKIA1 3 s ago; `hearth rollout resume` goes on/);
});

test('where nothing is under way, the last rollout and the source are told', () => {
  const past = [rolloutAt('finalised', { endedMs: nowMs })];
  const source = { address: '/releases', lookedMs: nowMs - 900, text: 'offers 0.2.0, which runs.' };
  const text = lines(pageOf(null, { past, source })).join('\n');
  assert.match(
    text,
    /^no rollout is under way; format level 1\nlast: rollout 4 is finalised after/,
  );
  assert.match(text, /\nsource \/releases: offers 0\.2\.0, which runs\. \(900 ms ago\)\n/);
});

test('more nodes than fit are counted', () => {
  const text = lines(pageOf(rolloutAt('draining')), { nodesMax: 1 }).join('\n');
  assert.match(text, /8081.*\n {2}and 2 more\n/);
});

test('an end is one sentence', () => {
  assert.equal(
    endText(rolloutAt('finalised', { endedMs: nowMs })),
    'rollout 4 is finalised after 2 min 5 s: the cluster runs 0.2.0.',
  );
  assert.equal(
    endText(rolloutAt('rolled-back', { endedMs: nowMs, reason: 'it was aborted by AKIA1.' })),
    'rollout 4 was rolled back after 2 min 5 s, the cluster runs 0.1.0: it was aborted by AKIA1.',
  );
});

test('the history lists what runs and what was, with the reason', () => {
  const reason = 'it crashes';
  const past = [rolloutAt('rolled-back', { id: 3, endedMs: nowMs, reason })];
  const [head, first, second] = historyText(pageOf(rolloutAt('draining'), { past })).split('\n');
  assert.match(head ?? '', /^ID\s+RELEASE\s+BEGAN\s+TOOK\s+BY\s+END\s+WHY$/);
  assert.match(first ?? '', /^4\s+0\.1\.0 -> 0\.2\.0\s+2026-01-01T12:00:00Z\s+source\s+under way/);
  assert.match(second ?? '', /^3\s.*2 min 5 s\s+source\s+rolled-back\s+it crashes$/);
});

test('durations are told in two units at most', () => {
  assert.deepEqual([-5, 850, 34_900, 123_000, 12_000_000].map(duration), [
    '0 ms',
    '850 ms',
    '34 s',
    '2 min 3 s',
    '3 h 20 min',
  ]);
});
