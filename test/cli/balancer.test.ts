import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import http from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { Balancer } from '../../src/cli/balancer.js';
import { SimulatedClock } from '../../src/lib/index.js';
import { ask, balance, type Handler, inTime, refusing, says, serve } from './balancing.js';

test('requests go to the nodes in turn', inTime, async (context) => {
  const targets = await Promise.all(['a', 'b', 'c'].map((name) => serve(context, says(name))));
  const url = await balance(context, targets);
  let order = '';
  for (let count = 0; count < 7; count++) order += (await ask(url)).body.toString();
  assert.equal(order, 'abcabca');
});

test(
  'a node that refuses is passed over, also with a body, and asked again later',
  inTime,
  async (context) => {
    const clock = new SimulatedClock();
    let echoed = '';
    const dead = await refusing();
    const alive = await serve(context, (request, response) => {
      request.setEncoding('utf8');
      request.on('data', (text) => {
        echoed += text;
      });
      request.on('end', () => response.end('alive'));
    });
    const url = await balance(context, [dead, alive], clock);
    const first = await ask(url, { method: 'POST' }, 'hello');
    assert.equal(first.status, 200);
    assert.equal(echoed, 'hello');
    // Left out now: a server at its address gets nothing until the second is over.
    const back = http.createServer(says('back')).listen(Number(new URL(dead).port), '127.0.0.1');
    await once(back, 'listening');
    context.after(() => {
      back.close();
      back.closeAllConnections();
    });
    assert.equal((await ask(url)).body.toString(), 'alive');
    assert.equal((await ask(url)).body.toString(), 'alive');
    clock.advance(1000);
    const later = [await ask(url), await ask(url)].map((answer) => answer.body.toString());
    assert.deepEqual(later.sort(), ['alive', 'back']);
  },
);

test('503 with a JSON error where every node refuses', inTime, async (context) => {
  const url = await balance(context, [await refusing(), await refusing()]);
  const answer = await ask(url, { method: 'POST' }, '{}');
  assert.equal(answer.status, 503);
  assert.equal(answer.headers['x-amzn-errortype'], 'ServiceUnavailableException');
  assert.match(JSON.parse(answer.body.toString()).Message, /no node of the cluster accepts/);
});

test(
  'a node that dies with a POST in hand gives 502, and the POST runs once',
  inTime,
  async (context) => {
    let calls = 0;
    const dying: Handler = (request) => {
      calls += 1;
      request.on('data', () => request.socket.destroy());
    };
    const targets = await Promise.all([serve(context, dying), serve(context, dying)]);
    const url = await balance(context, targets);
    const answer = await ask(url, { method: 'POST' }, 'work');
    assert.equal(answer.status, 502);
    assert.match(JSON.parse(answer.body.toString()).Message, /may have run/);
    assert.equal(calls, 1);
  },
);

test('a node that dies with a GET in hand is covered by the next one', inTime, async (context) => {
  const dying = await serve(context, (request) => request.socket.destroy());
  const url = await balance(context, [dying, await serve(context, says('covered'))]);
  const answer = await ask(url);
  assert.equal(answer.body.toString(), 'covered');
});

test('an answer that breaks half-way is broken for the client too', inTime, async (context) => {
  const target = await serve(context, (_, response) => {
    response.writeHead(200, { 'content-length': 1000 });
    response.write('half', () => response.destroy());
  });
  const url = await balance(context, [target]);
  await assert.rejects(ask(url), { code: 'ECONNRESET' });
});

test('10 MB stream through in both directions unchanged', inTime, async (context) => {
  const target = await serve(context, (request, response) => request.pipe(response));
  const url = await balance(context, [target]);
  const chunk = Buffer.alloc(64 * 1024, 'hearth');
  const sent = createHash('sha256');
  let left = 160;
  const body = new Readable({
    read() {
      if (left-- === 0) this.push(null);
      else {
        chunk.writeUInt32LE(left);
        sent.update(chunk);
        this.push(Buffer.from(chunk));
      }
    },
  });
  const answer = await ask(url, { method: 'POST' }, body);
  assert.equal(answer.body.length, 160 * 64 * 1024);
  assert.equal(createHash('sha256').update(answer.body).digest('hex'), sent.digest('hex'));
});

test('the answer begins before the request has ended: nothing is held', inTime, async (context) => {
  const target = await serve(context, (request, response) => request.pipe(response));
  const url = await balance(context, [target]);
  const request = http.request(url, { method: 'POST', agent: false });
  request.write('first');
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  assert.equal(String((await once(response, 'data'))[0]), 'first');
  request.end('second');
  assert.equal(String((await once(response, 'data'))[0]), 'second');
});

test('a client that goes away ends the request at the node', inTime, async (context) => {
  const events = new EventEmitter();
  const gone = once(events, 'gone');
  const arrived = once(events, 'arrived');
  const target = await serve(context, (request) => {
    request.on('close', () => events.emit('gone'));
    events.emit('arrived');
  });
  const url = await balance(context, [target]);
  const request = http.request(url, { agent: false }).on('error', () => {});
  request.end();
  await arrived;
  request.destroy();
  await gone;
});

test('an early refusal of a large body reaches the client', inTime, async (context) => {
  const target = await serve(context, (request, response) => {
    request.resume();
    response.writeHead(413).end('too large');
  });
  const url = await balance(context, [target]);
  const answer = await ask(url, { method: 'POST' }, 'x'.repeat(8_000_000));
  assert.equal(answer.status, 413);
  assert.equal(answer.body.toString(), 'too large');
});

test('path, query, host, status and repeated headers pass unchanged', inTime, async (context) => {
  const target = await serve(context, (request, response) => {
    const { method, url, headers } = request;
    response.writeHead(418, ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Connection', 'close']);
    response.end(JSON.stringify({ method, url, headers }));
  });
  const url = await balance(context, [target]);
  const answer = await ask(`${url}/fn/x%2Fy?q=%20&q=2`, {
    method: 'DELETE',
    headers: { host: 'functions.example' },
  });
  assert.equal(answer.status, 418);
  assert.deepEqual(answer.headers['set-cookie'], ['a=1', 'b=2']);
  const seen = JSON.parse(answer.body.toString());
  assert.equal(seen.method, 'DELETE');
  assert.equal(seen.url, '/fn/x%2Fy?q=%20&q=2');
  assert.equal(seen.headers.host, 'functions.example');
  assert.equal(seen.headers['x-forwarded-for'], '127.0.0.1');
  assert.equal(seen.headers['x-forwarded-host'], 'functions.example');
});

test('HEAD and 204 have no body and keep the connection usable', inTime, async (context) => {
  const target = await serve(context, (request, response) => {
    if (request.method === 'HEAD') response.writeHead(200, { 'content-length': 5 }).end();
    else response.writeHead(204).end();
  });
  const url = await balance(context, [target]);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  context.after(() => agent.destroy());
  const head = await ask(url, { method: 'HEAD', agent });
  assert.equal(head.headers['content-length'], '5');
  assert.equal((await ask(url, { method: 'DELETE', agent })).status, 204);
  assert.equal((await ask(url, { method: 'HEAD', agent })).status, 200);
});

test('the port in use is told in one sentence', inTime, async (context) => {
  const taken = Number(new URL(await serve(context, says(''))).port);
  const listen = { host: '127.0.0.1', port: taken };
  const balancer = new Balancer(new SimulatedClock(), { listen, targets: ['http://127.0.0.1:1'] });
  await assert.rejects(balancer.start(), {
    message: `address 127.0.0.1:${taken} is already in use`,
  });
});

test('what is no request is told so as by a node', inTime, async (context) => {
  const url = new URL(await balance(context, [await serve(context, says('a'))]));
  for (const [text, status, message] of [
    ['not http at all\r\n\r\n', 400, /no request of HTTP/],
    [`GET / HTTP/1.1\r\nx: ${'a'.repeat(17_000)}`, 431, /may be 16384 bytes/],
  ] as const) {
    const socket = connect(Number(url.port), url.hostname).on('error', () => {});
    socket.write(text);
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `));
    assert.match(JSON.parse(answer.slice(answer.indexOf('{'))).message, message);
  }
});
