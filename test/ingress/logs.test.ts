import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ClusterCursor } from '../../src/ingress/logs/log-cursor.js';
import { LogPeers } from '../../src/ingress/logs/log-peers.js';
import { logQuery, versionsOf } from '../../src/ingress/logs/log-query.js';
import { nodeLogPath, parseEntry } from '../../src/ingress/logs/node-log.js';
import { limits, type NodeView, nodeId } from '../../src/types/index.js';
import { plainFetch } from '../peer-fetch.js';
import { makeHarness, view } from './harness.js';
import { idOf, LogNodes, printed, requestId } from './log-nodes.js';

const inTime = { timeout: 30_000 };

test(
  'any node tells the lines of all nodes, in the order of their times',
  inTime,
  async (context) => {
    const all = await LogNodes.start(context, 3);
    for (let number = 0; number < 30; number++) {
      all.node((number % 3) + 1).print('one', number, `line ${number}\n`);
      // so that no two have the same time
      await delay(2);
    }
    all.node(2).print('two', 99, 'of another function\n');
    const expected = Array.from({ length: 30 }, (_, number) => `line ${number}`);
    for (const asked of [1, 2, 3]) {
      const { lines, end } = await all.read(asked, 'one');
      assert.deepEqual(printed(lines), expected);
      assert.deepEqual([end.missing, end.truncated], [[], false]);
      assert.equal(lines.at(-1)?.node, idOf(3));
    }
    const last = await all.read(1, 'one?limit=4');
    assert.deepEqual(printed(last.lines), ['line 28', 'line 29']);
    const found = await all.read(1, `one?request=${requestId(7)}`);
    assert.deepEqual(
      found.lines.map(({ kind, text }) => [kind, text]),
      [
        ['start', `START RequestId: ${requestId(7)} Version: $LATEST`],
        ['output', 'line 7'],
      ],
    );
    assert.deepEqual((await all.read(1, 'nothing')).lines, []);
  },
);

test(
  'pages after a cursor are together everything, each line once, through whichever node',
  inTime,
  async (context) => {
    const all = await LogNodes.start(context, 3);
    for (let number = 0; number < 50; number++) {
      all.node(((number * 7) % 3) + 1).print('one', number, `line ${number}\n`);
      await delay(2);
    }
    const lines: string[] = [];
    let cursor = 'start';
    for (let page = 0; page < 40; page++) {
      const { lines: more, end } = await all.read((page % 3) + 1, `one?limit=9&cursor=${cursor}`);
      lines.push(...printed(more));
      cursor = encodeURIComponent(end.cursor);
      if (!end.truncated) break;
    }
    assert.deepEqual(
      lines,
      Array.from({ length: 50 }, (_, number) => `line ${number}`),
    );
    all.node(1).print('one', 50, 'line 50\n');
    const { lines: later } = await all.read(2, `one?cursor=${cursor}`);
    assert.deepEqual(printed(later), ['line 50']);
  },
);

test('versions, aliases and times narrow what is told', inTime, async (context) => {
  const all = await LogNodes.start(context, 1);
  all.node(1).print('one', 1, 'latest\n');
  all.node(1).print('one', 2, 'version 2\n', '2');
  assert.deepEqual(printed((await all.read(1, 'one:2')).lines), ['version 2']);
  assert.deepEqual(printed((await all.read(1, 'one?version=$LATEST')).lines), ['latest']);
  assert.deepEqual(printed((await all.read(1, 'one?since=10s')).lines), ['latest', 'version 2']);
  assert.deepEqual(printed((await all.read(1, 'one?until=1h')).lines), []);
  assert.deepEqual(printed((await all.read(1, 'one?since=2100-01-01T00:00:00Z')).lines), []);
  const unknown = await all.read(1, 'one:live');
  assert.equal(unknown.status, 400);
  assert.match(unknown.text, /There is no alias 'live' of one; name a version/);
});

test('an alias means the versions that it points to', inTime, async () => {
  const { catalog } = makeHarness();
  const additional = { version: '3', weight: 0.5 };
  catalog.alias = () => ({
    functionName: 'one',
    name: 'live',
    version: '2',
    description: '',
    additional,
    revisionId: 'r',
  });
  const { functionName: name, qualifier } = logQuery('one:live', new URLSearchParams(), 0);
  assert.deepEqual(versionsOf(catalog, { name, qualifier }), ['2', '3']);
});

test('what is wrong with a query is said in one sentence', inTime, async () => {
  const { call } = makeHarness();
  const cases: Record<string, RegExp> = {
    'one?limit=0': /'limit' must be a number from 1 to 10000/,
    'one?since=yesterday': /'since' must be a time such as/,
    'one?request=%20': /'request' must be the id of a request/,
    'one?follow=maybe': /'follow' must be 1 or 0/,
    'one?cursor=nonsense!': /cursor 'nonsense!' is not one that an answer has told/,
    'one!': /validation error/,
  };
  for (const [query, expected] of Object.entries(cases)) {
    const answer = await call('GET', `/_hearth/logs/${query}`);
    assert.equal(answer.status, 400, query);
    assert.match(answer.text, expected);
  }
  assert.equal((await call('POST', '/_hearth/logs/one')).status, 404);
});

test('a node that does not answer is named, and the others are told', inTime, async (context) => {
  const all = await LogNodes.start(context, 2);
  all.node(1).print('one', 1, 'here\n');
  all.node(2).print('one', 2, 'there\n');
  all.add(idOf(3), '127.0.0.1:1');
  all.add(idOf(4), '127.0.0.1:2', 'dead');
  all.add(idOf(5), '127.0.0.1:3', 'left');
  // listens and says nothing that a node would say
  const strange = createServer((socket) => {
    socket.on('error', () => {});
    socket.end('HTTP/1.1 200 OK\r\n\r\nwhat?\n');
  });
  strange.listen(0, '127.0.0.1');
  await once(strange, 'listening');
  context.after(() => strange.close());
  const address = strange.address();
  const port = typeof address === 'object' ? address?.port : 0;
  all.add(idOf(6), `127.0.0.1:${port}`);
  const { lines, end } = await all.read(1, 'one');
  assert.deepEqual(printed(lines).sort(), ['here', 'there']);
  const missing = end.missing.map(({ node, reason }) => [node, reason]);
  assert.deepEqual(missing, [
    [idOf(3), 'connect ECONNREFUSED 127.0.0.1:1'],
    [idOf(6), 'it was refused (200): what?'],
    [idOf(4), 'it is dead'],
  ]);
});

test('a node that hangs is given up after its time', inTime, async (context) => {
  const silent = createServer(() => {});
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  context.after(() => silent.close());
  const address = silent.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const peers = new LogPeers(plainFetch, 100);
  const [template] = view.nodes as [NodeView];
  const entries = peers.read(
    { ...template, http: `127.0.0.1:${port}` },
    query,
    new AbortController().signal,
  );
  await assert.rejects(entries.next(), /Headers Timeout/);
});

test('only nodes of the cluster may read the log of one node', inTime, async (context) => {
  const all = await LogNodes.start(context, 2);
  const one = all.node(1);
  const path = nodeLogPath(query);
  for (const headers of [{}, { 'x-hearth-peer': idOf(2) }]) {
    const answer = await fetch(one.url + path, { headers });
    assert.equal(answer.status, 403);
    await answer.arrayBuffer();
  }
  const http = new URL(one.url).host;
  const { fetch: peerFetch } = all.node(2).peerHttp;
  const { statusCode, body } = await peerFetch({ id: one.id, http }, { path, answerMs: 5000 });
  await body.dump();
  assert.equal(statusCode, 200);
  await assert.rejects(peerFetch({ id: idOf(3), http }, { path, answerMs: 5000 }), /not the node/);
});

test(
  'who follows is told what was and what comes, on nodes that were there and that come later',
  inTime,
  async (context) => {
    const all = await LogNodes.start(context, 2);
    all.node(1).print('one', 1, 'before\n');
    const stop = new AbortController();
    const url = `${all.node(1).url}/_hearth/logs/one?follow=1`;
    const answer = await fetch(url, { signal: stop.signal });
    const lines = linesOf(answer);
    const output = async (): Promise<string> => {
      for (;;) {
        const line = JSON.parse((await lines.next()).value ?? '{}');
        if (line.kind === 'output') return line.text;
      }
    };
    assert.equal(await output(), 'before');
    all.node(2).print('one', 2, 'from the other\n');
    assert.equal(await output(), 'from the other');
    all.node(1).print('one', 3, 'from this one\n');
    assert.equal(await output(), 'from this one');
    // another node comes; its lines come too
    const more = await LogNodes.start(context, 3);
    all.add(idOf(3), more.node(3).url.slice('http://'.length));
    more.node(3).print('one', 4, 'from who came later\n');
    assert.equal(await output(), 'from who came later');
    // one breaks off: it is named
    all.views.splice(2, 1);
    all.add(idOf(4), '127.0.0.1:1');
    for (let missing = ''; missing !== idOf(4); ) {
      const line = JSON.parse((await lines.next()).value ?? '{}');
      missing = line.missing?.[0]?.node ?? '';
    }
    stop.abort();
    await assert.rejects(lines.next());
  },
);

test('a node that stops ends its followers at once', inTime, async (context) => {
  const all = await LogNodes.start(context, 2);
  const answer = await fetch(`${all.node(1).url}/_hearth/logs/one?follow=1`);
  const began = performance.now();
  await all.node(1).server.stop(10_000);
  await answer.text();
  assert.ok(performance.now() - began < 5000);
});

test('more readers than a node can serve are told to come again', inTime, async () => {
  const { call, ingress } = makeHarness();
  const query = logQuery('one', new URLSearchParams('follow=1'), 0);
  const streams = Array.from({ length: limits.logFollowersMax }, () => {
    const { stream } = ingress.logs.read(query);
    const stop = new AbortController();
    const text = stream?.(stop.signal)[Symbol.asyncIterator]();
    return { first: text?.next(), stop };
  });
  await Promise.all(streams.slice(0, 1).map(({ first }) => first));
  const refused = await call('GET', '/_hearth/logs/one?follow=1');
  assert.equal(refused.status, 429);
  assert.match(refused.text, /100 readers who follow logs already; ask another one/);
  for (const { stop } of streams) stop.abort();
  await Promise.all(streams.map(({ first }) => first));
});

test('a cursor over more nodes than fit in a request goes on from a time on the others', () => {
  const cursor = new ClusterCursor(5);
  const idAt = (number: number) => nodeId(number.toString(16).padStart(12, '0').padEnd(32, '0'));
  for (let number = 0; number < 1000; number++) {
    cursor.set(idAt(number), 'i3nezh5hc0.i3nezh5hbz.gjdgxs');
  }
  cursor.toldMs = 1_800_000_000_000;
  const text = String(cursor);
  assert.ok(text.length < 14_000, String(text.length));
  const parsed = ClusterCursor.parse(text);
  assert.equal(parsed.timeMs, 1_800_000_000_000);
  assert.equal(parsed.get(idAt(0)), 'i3nezh5hc0.i3nezh5hbz.gjdgxs');
  assert.equal(parsed.get(idAt(999)), undefined);
});

test('a line survives its way between nodes whatever is in it', () => {
  const json = JSON.stringify({ text: 'a \u2028 b \n c "\u0000" = 1' });
  const line = `2026-01-01T00:00:00.000Z 1a.2b.0 ${json}`;
  assert.deepEqual(parseEntry(line), {
    kind: 'event',
    time: '2026-01-01T00:00:00.000Z',
    cursor: '1a.2b.0',
    json,
  });
  assert.throws(() => parseEntry('what?'));
});

const query = {
  functionName: 'one',
  order: 'newest',
  cursor: '',
  linesMax: 10,
  sinceMs: 0,
  untilMs: 9e15,
  versions: null,
  requestId: null,
} as const;

async function* linesOf(answer: Response): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of answer.body ?? []) {
    const lines = (rest + Buffer.from(piece).toString()).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
