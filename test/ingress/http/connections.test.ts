import { strict as assert } from 'node:assert';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { Connections } from '../../../src/ingress/http/connections.js';
import type { NodeRequest } from '../../../src/ingress/http/node-request.js';

/** As much of a request as a connection knows. */
function fakeRequest() {
  const told: string[] = [];
  const request = {
    abandon: () => void told.push('abandoned'),
    closed: () => void told.push('closed'),
    clientIsSilent: (error: Error) => void told.push(error.message),
    answerHasBegun: false,
  };
  return { told, request: request as unknown as NodeRequest };
}

function open(connections: Connections, count: number): PassThrough[] {
  return Array.from({ length: count }, () => {
    const socket = new PassThrough();
    assert.equal(connections.opened(socket), true);
    return socket;
  });
}

const destroyed = (sockets: readonly PassThrough[]): boolean[] =>
  sockets.map((socket) => socket.destroyed);

test('the one that has owed nothing for longest makes room, however long ago it was opened', () => {
  const connections = new Connections(3);
  const sockets = open(connections, 3);
  const [first] = sockets as [PassThrough];
  const { request } = fakeRequest();
  connections.asked(first, request);
  connections.answered(first, request);
  open(connections, 1);
  assert.deepEqual(destroyed(sockets), [false, true, false]);
  open(connections, 2);
  assert.deepEqual(destroyed(sockets), [true, true, true]);
  assert.deepEqual(connections.counts, { open: 3, evicted: 3, refused: 0 });
});

test('none that owes an answer or is held makes room', () => {
  const connections = new Connections(2);
  const [asked, held] = open(connections, 2) as [PassThrough, PassThrough];
  connections.asked(asked, fakeRequest().request);
  connections.hold(held, true);
  assert.equal(connections.opened(new PassThrough()), false);
  connections.hold(held, false);
  assert.equal(connections.opened(new PassThrough()), true);
  assert.deepEqual(destroyed([asked, held]), [false, true]);
  assert.deepEqual(connections.counts, { open: 2, evicted: 1, refused: 1 });
});

test('silence ends one that owes nothing, gives up what waits for the client, and is nothing to a held one', () => {
  const connections = new Connections(3);
  const [idle, asked, held] = open(connections, 3) as [PassThrough, PassThrough, PassThrough];
  const { request, told } = fakeRequest();
  connections.asked(asked, request);
  connections.hold(held, true);
  for (const socket of [idle, asked, held]) connections.silent(socket, new Error('too slow'));
  assert.deepEqual(destroyed([idle, asked, held]), [true, false, false]);
  assert.deepEqual(told, ['too slow']);
});

test('an error is written by hand only where no answer has begun', () => {
  const connections = new Connections(1);
  const [socket] = open(connections, 1) as [PassThrough];
  assert.equal(connections.isFresh(socket), true);
  const { request } = fakeRequest();
  connections.asked(socket, request);
  assert.equal(connections.isFresh(socket), true);
  Object.assign(request, { answerHasBegun: true });
  assert.equal(connections.isFresh(socket), false);
});
