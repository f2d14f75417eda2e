import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { firstCursor, formatCursor, parseCursor } from '../../../src/agent/logs/cursor.js';
import { followLog } from '../../../src/agent/logs/follow.js';
import type { LogPage } from '../../../src/agent/logs/reader.js';
import { everything, report, StoreFixture, source, texts } from './fixture.js';

const printed = fc.record({
  stream: fc.nat(2),
  text: fc.oneof(
    fc.constantFrom('a', 'b\n', '\n', 'c\nd', 'e\nf\n', ''),
    fc.string({ maxLength: 5 }),
  ),
  ends: fc.boolean(),
  writes: fc.boolean(),
});

test('pages of any length are together what one page is, and a cursor survives being written down', async (context) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(printed, { maxLength: 30 }),
      fc.integer({ min: 1, max: 7 }),
      async (steps, linesMax) => {
        const logs = await StoreFixture.make(context);
        const requests = [0, 0, 0];
        for (const { stream, text, ends, writes } of steps) {
          const from = source('one', { logStream: `stream ${stream}` });
          const requestId = `${stream}-${requests[stream]}`;
          if (text !== '') logs.print(from, requestId, text);
          if (ends) {
            logs.store.report(from, report(requestId, { startedWallMs: logs.clock.wallMs() }));
            requests[stream] = (requests[stream] ?? 0) + 1;
          }
          if (writes && (ends || text !== '')) await logs.written();
        }
        await logs.done(logs.store.settled());
        const whole = await logs.reader.after(everything, firstCursor, { linesMax: 1000 });
        const pieces: string[] = [];
        let cursor = firstCursor;
        for (let page: LogPage | null = null; page === null || page.truncated; ) {
          page = await logs.reader.after(everything, cursor, { linesMax });
          assert.ok(page.events.length <= linesMax + 3);
          pieces.push(...texts(page));
          const written = parseCursor(formatCursor(page.cursor));
          assert.deepEqual(written, page.cursor);
          cursor = page.cursor;
        }
        assert.deepEqual(pieces, texts(whole));
        assert.deepEqual([...(await logs.newest())].sort(), texts(whole).sort());
        const later = await logs.reader.after(everything, whole.cursor, { linesMax });
        assert.deepEqual(later.events, []);
      },
    ),
    { numRuns: 40 },
  );
});

test('a clock that was set back does not hold the times of all that comes', async (context) => {
  const logs = await StoreFixture.make(context);
  let offMs = 86_400_000;
  const wallMs = logs.clock.wallMs.bind(logs.clock);
  logs.clock.wallMs = () => wallMs() + offMs;
  logs.print(source('one'), 'first', 'in the future\n');
  await logs.written();
  offMs = -500;
  logs.print(source('one'), 'second', 'now\n');
  await logs.written();
  offMs = -1000;
  logs.print(source('one'), 'third', 'corrected\n');
  await logs.written();
  const untilMs = logs.clock.wallMs() + 60_000;
  const { events } = await logs.done(logs.reader.newest({ ...everything, untilMs }, 10));
  const output = events.filter(({ event }) => event.kind === 'output');
  assert.deepEqual(
    output.map(({ event }) => event.text),
    ['now', 'corrected'],
  );
  const [now, corrected] = output.map(({ event }) => event.timeMs);
  assert.ok(now !== undefined && corrected !== undefined && corrected >= now);
});

test('a text that is no cursor is none', () => {
  for (const text of ['', '1.2', 'a.b.c.d', '1.2.-3', '1.2.zzzzzzzzzzzz', '%.1.1']) {
    assert.equal(parseCursor(text), null, text);
  }
});

test('the newest lines are found among megabytes of others, by number, time and request', async (context) => {
  const logs = await StoreFixture.make(context);
  const noise = Buffer.alloc(8 * 1024, 'noise\n');
  const times: number[] = [];
  for (let number = 0; number < 40; number++) {
    times.push(logs.clock.wallMs());
    logs.print(source('one'), `request-${number}`, `line ${number}\n`);
    for (let piece = 0; piece < 16; piece++) {
      logs.print(source('two', { logStream: `two ${number}` }), 'noise', noise);
    }
    await logs.written();
  }
  const one = { functionName: 'one' };
  const lines = async (filter: object, linesMax = 1000): Promise<string[]> =>
    (await logs.newest({ ...one, ...filter }, linesMax)).filter((text) => text.startsWith('line'));
  assert.equal((await lines({})).length, 40);
  assert.deepEqual(await lines({}, 4), ['line 38', 'line 39']);
  assert.deepEqual(await lines({ requestId: 'request-7' }), ['line 7']);
  assert.deepEqual(await lines({ untilMs: times[2] ?? 0 }), ['line 0', 'line 1', 'line 2']);
  assert.deepEqual(await lines({ sinceMs: times[38] ?? 0 }), ['line 38', 'line 39']);
  const since = { ...everything, ...one, sinceMs: times[36] ?? 0, untilMs: times[37] ?? 0 };
  const page = await logs.reader.after(since, firstCursor, { linesMax: 100 });
  assert.deepEqual(
    texts(page).filter((text) => text.startsWith('line')),
    ['line 36', 'line 37'],
  );
});

test('who follows a function does not read what others print, and its place moves on all the same', async (context) => {
  const logs = await StoreFixture.make(context);
  const stop = new AbortController();
  const { store, reader, clock } = logs;
  let reads = 0;
  const counting = Object.assign(Object.create(reader), {
    next: (...all: Parameters<typeof reader.next>) => {
      reads += 1;
      return reader.next(...all);
    },
  });
  const one = { ...everything, functionName: 'one' };
  const deps = { store, clock, reader: counting };
  const pages = followLog(deps, one, firstCursor, stop.signal);
  const page = pages.next();
  await logs.until(() => reads === 1);
  await logs.turns(1000);
  for (let number = 0; number < 20; number++) {
    logs.print(source('two'), 'request', 'of another\n');
    await logs.written();
  }
  clock.advance(5000);
  const { cursor, events } = (await logs.done(page)).value as LogPage;
  assert.deepEqual([reads, events.length, cursor.from], [1, 0, store.nextSequence]);
  const next = pages.next();
  logs.print(source('one'), 'request', 'its own\n');
  await logs.written();
  assert.equal(texts((await logs.done(next)).value as LogPage).at(-1), 'its own');
  assert.equal(reads, 2);
  stop.abort();
});

test('who follows gets each line once, when it is written, and a sign of life when nothing is', async (context) => {
  const logs = await StoreFixture.make(context);
  logs.print(source('one'), 'old', 'before\n');
  await logs.written();
  const { cursor } = await logs.reader.newest(everything, 1);
  const stop = new AbortController();
  const { store, reader, clock } = logs;
  const pages = followLog({ store, reader, clock }, everything, cursor, stop.signal);
  const first = pages.next();
  logs.print(source('one'), 'new', 'after\n');
  await logs.written();
  const page = (await first).value as LogPage;
  assert.deepEqual(texts(page), ['START RequestId: new Version: $LATEST', 'after']);
  // half a line is waited for, but not for ever
  const second = pages.next();
  logs.print(source('one'), 'new', 'half');
  await logs.written();
  await logs.turns(100);
  let told = false;
  void second.then(() => {
    told = true;
  });
  await logs.done(reader.newest(everything, 1));
  await logs.turns(1000);
  assert.equal(told, false);
  clock.advance(1100);
  const half = (await logs.done(second)).value as LogPage;
  assert.deepEqual(texts(half), ['half']);
  const third = pages.next();
  await logs.turns(100);
  let quiet: LogPage | undefined;
  void third.then(({ value }) => {
    quiet = value as LogPage;
  });
  for (let turns = 0; quiet === undefined && turns < 1000; turns++) {
    clock.advance(100);
    await new Promise(setImmediate);
  }
  assert.deepEqual(quiet?.events, []);
  const last = pages.next();
  stop.abort();
  assert.equal((await logs.done(last)).done, true);
});
