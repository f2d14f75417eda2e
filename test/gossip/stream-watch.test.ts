import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { AddressBook } from '../../src/gossip/address-book.js';
import { type BrokenStream, StreamWatch } from '../../src/gossip/stream-watch.js';
import { SimulatedClock } from '../../src/lib/index.js';
import { nodeId } from '../../src/types/index.js';
import { TcpServer } from './tcp-streams.js';

const id = nodeId('a'.repeat(32));
const deadlineMs = 10_000;

class Watcher {
  readonly clock = new SimulatedClock();
  readonly broken: BrokenStream[] = [];
  #wake: () => void = () => {};
  readonly watch = new StreamWatch(this.clock, new AddressBook(this.clock, 4, 10), (stream) => {
    this.broken.push(stream);
    this.#wake();
  });

  keep(port: number, generation = 1): void {
    this.watch.keep([{ id, generation, cluster: `127.0.0.1:${port}` }]);
  }

  async nextBroken(): Promise<BrokenStream> {
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    if (this.broken.length === 0) await Promise.race([woken, late()]);
    const [stream] = this.broken.splice(0, 1);
    assert.ok(stream !== undefined, 'a stream broke');
    return stream;
  }
}

function late(): Promise<void> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error('too late')), deadlineMs).unref();
  });
}

async function until(what: () => boolean): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!what()) {
    assert.ok(Date.now() < deadline, 'too late');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

async function started(
  t: TestContext,
): Promise<{ watcher: Watcher; server: TcpServer; port: number }> {
  const server = new TcpServer(() => null);
  const port = await server.listen({ host: '127.0.0.1', port: 0 });
  const watcher = new Watcher();
  t.after(() => watcher.watch.stop());
  return { watcher, server, port };
}

test('a process that ends breaks its stream, and its port refuses another', async (t) => {
  const { watcher, server, port } = await started(t);
  watcher.keep(port, 7);
  await until(() => server.open === 1);
  await server.kill();
  assert.deepEqual(await watcher.nextBroken(), { id, generation: 7, refused: true });
});

test('a connection that is closed by a process that goes on is opened again', async (t) => {
  const { watcher, server, port } = await started(t);
  watcher.keep(port);
  await until(() => server.open === 1);
  await server.kill();
  assert.equal((await watcher.nextBroken()).refused, true);
  const again = new TcpServer(() => null);
  await again.listen({ host: '127.0.0.1', port });
  t.after(() => again.kill());
  await until(() => {
    watcher.clock.advance(1_000);
    return again.open === 1;
  });
  assert.deepEqual(
    watcher.broken.filter(({ refused }) => !refused),
    [],
  );
});

test('a process whose port still accepts while it dies is asked until the port refuses', async (t) => {
  const accepted: Socket[] = [];
  const server = createServer((socket) => {
    accepted.push(socket);
    if (accepted.length === 1) return;
    // Its connections are closed, its listener not yet.
    socket.resetAndDestroy();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const watcher = new Watcher();
  t.after(() => watcher.watch.stop());
  watcher.keep((server.address() as AddressInfo).port, 3);
  await until(() => accepted.length === 1);
  accepted[0]?.destroy();
  let advancedMs = 0;
  await until(() => {
    watcher.clock.advance(1);
    advancedMs++;
    return watcher.broken.length > 0;
  });
  assert.deepEqual(watcher.broken, [{ id, generation: 3, refused: true }]);
  assert.ok(advancedMs < 1_000, 'before the usual pause');
});

test('a server that closes whatever it accepts is not asked without a pause', async (t) => {
  let accepted = 0;
  const server = createServer((socket) => {
    accepted++;
    socket.resetAndDestroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const watcher = new Watcher();
  t.after(() => watcher.watch.stop());
  watcher.keep((server.address() as AddressInfo).port);
  await until(() => {
    watcher.clock.advance(1);
    return watcher.broken.length > 0;
  });
  assert.equal((await watcher.nextBroken()).refused, false);
  assert.equal(accepted, 5, 'once, and four times soon after');
  watcher.clock.advance(999);
  watcher.clock.advance(1);
  await watcher.nextBroken();
  assert.equal(accepted, 6, 'and then once a second');
});

test('a port that never accepted us and refuses proves nothing', async (t) => {
  const server = new TcpServer(() => null);
  const port = await server.listen({ host: '127.0.0.1', port: 0 });
  await server.kill();
  const watcher = new Watcher();
  t.after(() => watcher.watch.stop());
  watcher.keep(port, 7);
  assert.deepEqual(await watcher.nextBroken(), { id, generation: 7, refused: false });
});

test('who is watched no longer is let go, and who still is keeps its connection', async (t) => {
  const { watcher, server, port } = await started(t);
  t.after(() => server.kill());
  const other = new TcpServer(() => null);
  const otherPort = await other.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => other.kill());
  const one = { id, generation: 1, cluster: `127.0.0.1:${port}` };
  const two = { id: nodeId('b'.repeat(32)), generation: 1, cluster: `127.0.0.1:${otherPort}` };
  watcher.watch.keep([one, two]);
  await until(() => server.open === 1 && other.open === 1);
  watcher.watch.keep([{ ...one }]);
  await until(() => other.open === 0);
  assert.equal(server.open, 1);
  watcher.watch.stop();
  await until(() => server.open === 0);
  assert.deepEqual(watcher.broken, [], 'letting go is no break');
});
