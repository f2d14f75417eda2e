/** The page, the results as data, and what stands in a terminal. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { judge } from '../checks/judge.js';
import { failure, fault, masterKill, sampleBeganMs, sampleRun } from '../checks/sample-run.js';
import { pageOf } from './page.js';
import { summaryLines, writeReport } from './report.js';

const unexplained = failure({ dueMs: sampleBeganMs + 18_000, endMs: sampleBeganMs + 18_010 });

function page(record = sampleRun()): string {
  return pageOf(record, judge(record));
}

test('the page says first what came out', () => {
  assert.match(
    page(),
    /^# Chaos: ✓ all that was judged holds\n\n\*\*17 of 17 checks hold\.\*\* 5 nodes/,
  );
  const broken = page(sampleRun({ load: { requests: [unexplained] } }));
  assert.match(broken, /^# Chaos: ✗ not all holds\n\n\*\*16 of 17 checks hold, 1 does not\.\*\*/);
  assert.match(broken, /\*\*every-failure-is-explained\*\*\n\n- lost: failed: invoke of zipf-1/);
});

test('the page has a row for every fault, with what callers felt of it', () => {
  const requests = [failure({ dueMs: sampleBeganMs + 9990, endMs: sampleBeganMs + 10_010 })];
  const told = page(sampleRun({ load: { requests } }));
  assert.match(
    told,
    /^\| 0:10 \| kill the Master \| 1 \(Master\) \| 6\.0 s \| node 1 \| 1 \| 10 ms \| agreed 0\.8 s later \| {2}\|$/m,
  );
  assert.match(told, /^\| 0:22 \| cut a majority from a minority \| 4, 5 \| 6\.0 s \| {2}\| 0 \|/m);
});

test('the page counts requests by kind and status, and says what was not done and how to do it again', () => {
  const told = page(sampleRun({ load: { requests: [unexplained] }, skipped: ['a full disk: no'] }));
  assert.match(told, /^\| {2}\| 200 \| 201 \| 202 \| 502 \|$/m);
  assert.match(told, /^\| invoke \| 1,000 \| {2}\| {2}\| 1 \|$/m);
  assert.match(told, /^\| event \| {2}\| {2}\| 1,000 \| {2}\|$/m);
  assert.match(told, /^- a full disk: no$/m);
  assert.match(
    told,
    /^npm run chaos -- --minutes 1 --seed 7 --nodes 5 --rate 100 --sandbox process$/m,
  );
});

test('what a node printed is no Markdown and no HTML in the page', () => {
  const nasty = fault({ name: 'a|b', oddities: ['line one\nline two | <img src=x> *bold*'] });
  const told = page(sampleRun({ faults: [nasty] }));
  assert.match(told, /\| a\\\|b \|/);
  assert.match(told, /line one line two \\\| &lt;img src=x> \\\*bold\\\*/);
});

test('a terminal shows a line for each check, what breaks it, and the verdict last', () => {
  const record = sampleRun({ faults: [masterKill()], load: { requests: [unexplained] } });
  const lines = summaryLines(judge(record));
  assert.match(lines[0] ?? '', /^✓ events-are-not-lost {2,}1,000 events accepted/);
  assert.ok(lines.some((line) => /^✗ every-failure-is-explained/.test(line)));
  assert.ok(lines.some((line) => /^ {4}lost: failed: invoke/.test(line)));
  assert.ok(lines.some((line) => /^– a-minority-runs-and-refuses/.test(line)));
  assert.equal(lines.at(-1), '14 of 17 checks hold, 1 does not, 2 are not judged.');
});

test('a report is a page, a picture, results and failures, in a directory that is made for it', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'hearth-report-'));
  try {
    const directory = join(parent, 'deep', 'report');
    const record = sampleRun();
    await writeReport(record, judge(record), directory);
    const names = await readdir(directory);
    assert.deepEqual(names.sort(), ['failures.jsonl', 'report.md', 'results.json', 'timeline.svg']);
    const results = JSON.parse(await readFile(join(directory, 'results.json'), 'utf8'));
    assert.deepEqual(results.results, JSON.parse(JSON.stringify(judge(record))));
    assert.deepEqual(results.faults, record.faults);
    assert.equal(results.requests, record.load.requests.length);
  } finally {
    await rm(parent, { recursive: true });
  }
});
