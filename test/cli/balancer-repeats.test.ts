/** Requests marked by `Idempotency-Key` outlive the node that had them. */
import { strict as assert } from 'node:assert';
import { EventEmitter, once } from 'node:events';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { SimulatedClock } from '../../src/lib/index.js';
import { limits } from '../../src/types/index.js';
import { ask, balance, type Handler, inTime, refusing, says, serve } from './balancing.js';

const marked = { method: 'POST', headers: { 'idempotency-key': 'any' } };

/** Answers with what it was sent. */
const echoes: Handler = (request, response) => {
  request.pipe(response);
};

/** Dies when it has all of the request. */
const dies: Handler = (request) => {
  request.resume().on('end', () => request.socket.destroy());
};

/** Dies with the first bytes of a body. */
const diesEarly: Handler = (request) => {
  request.once('data', () => request.socket.destroy());
};

const unwell =
  (status: number): Handler =>
  (request, response) => {
    request.resume().on('end', () => response.writeHead(status).end('unwell'));
  };

for (const [what, handler] of [
  ['dies', dies],
  ['says 502', unwell(502)],
  ['says 503', unwell(503)],
  ['says 504', unwell(504)],
] as const) {
  test(
    `what is marked goes on to the next node, with its body, when its node ${what}`,
    inTime,
    async (context) => {
      const url = await balance(context, [
        await serve(context, handler),
        await serve(context, handler),
        await serve(context, echoes),
      ]);
      const answer = await ask(url, marked, 'work');
      assert.deepEqual([answer.status, answer.body.toString()], [200, 'work']);
    },
  );
}

test(
  'what is marked and not answered in five seconds is given to the next node',
  inTime,
  async (context) => {
    const clock = new SimulatedClock();
    const events = new EventEmitter();
    const arrived = once(events, 'arrived');
    const gone = once(events, 'gone');
    const mute = await serve(context, (request) => {
      request.resume().on('end', () => events.emit('arrived'));
      request.socket.on('close', () => events.emit('gone'));
    });
    const url = await balance(context, [mute, await serve(context, echoes)], clock);
    const asked = ask(url, marked, 'work');
    await arrived;
    clock.advance(4999);
    clock.advance(1);
    assert.equal((await asked).body.toString(), 'work');
    await gone;
  },
);
test(
  'a body that is still coming when its node dies reaches the next one whole',
  inTime,
  async (context) => {
    const dying = await serve(context, diesEarly);
    const url = await balance(context, [dying, await serve(context, echoes)]);
    const pieces = Array.from({ length: 500 }, (_, at) => `piece ${at} `);
    // one a turn: some come while the next node is being connected to
    async function* coming() {
      for (const piece of pieces) {
        yield piece;
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    const answer = await ask(url, marked, Readable.from(coming()));
    assert.equal(answer.body.toString(), pieces.join(''));
  },
);

test('what every node refuses to do is answered as the last one does', inTime, async (context) => {
  const targets = await Promise.all([1, 2, 3].map(() => serve(context, unwell(503))));
  const answer = await ask(await balance(context, targets), marked, 'work');
  assert.deepEqual([answer.status, answer.body.toString()], [503, 'unwell']);
});

test('what is marked is tried three times at the most', inTime, async (context) => {
  let calls = 0;
  const counted: Handler = (request, response) => {
    calls += 1;
    dies(request, response);
  };
  const targets = await Promise.all([1, 2, 3, 4].map(() => serve(context, counted)));
  const answer = await ask(await balance(context, targets), marked, 'work');
  assert.equal(answer.status, 502);
  assert.equal(calls, 3);
});

test('a marked body beyond the limit is sent once', inTime, async (context) => {
  const url = await balance(context, [await serve(context, dies), await serve(context, echoes)]);
  const answer = await ask(url, marked, 'x'.repeat(limits.keptBodyBytesMax + 1));
  assert.equal(answer.status, 502);
  const url2 = await balance(context, [await serve(context, dies), await serve(context, echoes)]);
  const fits = await ask(url2, marked, 'x'.repeat(limits.keptBodyBytesMax));
  assert.equal(fits.body.length, limits.keptBodyBytesMax);
});

for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
  test(`an unmarked ${method} is not repeated, whatever its node says`, inTime, async (context) => {
    for (const [handler, status] of [
      [dies, 502],
      [unwell(503), 503],
    ] as const) {
      const url = await balance(context, [
        await serve(context, handler),
        await serve(context, says('repeated')),
      ]);
      const headers = { 'content-length': '4' };
      assert.equal((await ask(url, { method, headers }, 'work')).status, status);
    }
  });
}

test(
  'a node that refuses is passed over before any patience is needed',
  inTime,
  async (context) => {
    const url = await balance(context, [await refusing(), await serve(context, echoes)]);
    assert.equal((await ask(url, marked, 'work')).body.toString(), 'work');
  },
);
