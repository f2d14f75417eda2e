/** The benchmark's client of Redis, against answers as a Redis would send them, cut anywhere. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { encodeCommand, RedisClient } from '../../bench/reference/redis-list/client.js';

type Reply = string | number | null;

async function connected(t: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), 'redis-client-'));
  const server = createServer();
  const path = join(directory, 'socket');
  server.listen(path);
  const accepted = once(server, 'connection');
  const client = await RedisClient.connect(path);
  const [socket] = (await accepted) as [Socket];
  socket.setNoDelay().setEncoding('latin1');
  t.after(async () => {
    client.close();
    socket.destroy();
    server.close();
    await rm(directory, { recursive: true });
  });
  const ask = (...words: string[]): Promise<Reply> =>
    new Promise((resolve) => client.send(encodeCommand(...words), resolve));
  return { ask, socket };
}

test('a command is an array of texts with their lengths', () => {
  assert.equal(encodeCommand('DEL', 'idle'), '*2\r\n$3\r\nDEL\r\n$4\r\nidle\r\n');
  assert.match(encodeCommand('LPUSH', 'idle', '12'), /^\*3\r\n.*\r\n\$2\r\n12\r\n$/s);
});

test('commands of one turn travel together, and are answered in order', async (t) => {
  const { ask, socket } = await connected(t);
  const got = once(socket, 'data');
  const replies = [ask('LPUSH', 'idle', '1'), ask('LPOP', 'idle'), ask('LPOP', 'idle')];
  const [text] = await got;
  const commands = [
    ['LPUSH', 'idle', '1'],
    ['LPOP', 'idle'],
    ['LPOP', 'idle'],
  ];
  assert.equal(text, commands.map((words) => encodeCommand(...words)).join(''));
  socket.write(':1\r\n$1\r\n1\r\n$-1\r\n');
  assert.deepEqual(await Promise.all(replies), [1, '1', null]);
});

test('answers are read however they are cut', async (t) => {
  const { ask, socket } = await connected(t);
  const replies = [ask('LPUSH'), ask('LPOP'), ask('BLPOP'), ask('BLPOP'), ask('LPOP'), ask('LPOP')];
  const text = ':12\r\n$3\r\n1\r\n\r\n*2\r\n$4\r\nidle\r\n$2\r\n34\r\n*-1\r\n$0\r\n\r\n$-1\r\n';
  for (const letter of text) {
    socket.write(letter);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(await Promise.all(replies), [12, '1\r\n', '34', null, '', null]);
});

test('thousands of answers find who asked', async (t) => {
  const { ask, socket } = await connected(t);
  const replies = Array.from({ length: 5000 }, () => ask('LPUSH'));
  socket.write(replies.map((_, at) => `:${at}\r\n`).join(''));
  assert.deepEqual(
    await Promise.all(replies),
    replies.map((_, at) => at),
  );
});
