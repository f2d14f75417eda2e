import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, it } from 'node:test';
import { status } from '@grpc/grpc-js';
import { limits } from '../../src/types/index.js';
import { silentServer, startPair, TestNode } from './servers.js';

const request = Buffer.from('a packet of gossip');
const timeoutMs = 3000;

for (const [how, secrets] of [
  ['plain', []],
  ['with a secret', [Buffer.from('a secret of the test')]],
] as const) {
  describe(`an exchange of gossip, ${how}`, () => {
    it('brings the reply', async (t) => {
      const { one, other } = await startPair(t, secrets, {
        exchange: (data) => Buffer.concat([data, Buffer.from(' answered')]),
      });
      const reply = await one.streams.exchange(other.address, request, timeoutMs);
      assert.equal(Buffer.from(reply).toString(), 'a packet of gossip answered');
    });

    it('carries the largest view, and no byte more', async (t) => {
      const { one, other } = await startPair(t, secrets);
      const whole = Buffer.alloc(limits.gossipSyncBytesMax, 7);
      const reply = await one.streams.exchange(other.address, whole, timeoutMs);
      assert.ok(whole.equals(reply));
      const more = Buffer.alloc(limits.gossipSyncBytesMax + 1);
      await rejects(one.streams.exchange(other.address, more, timeoutMs), status.NOT_FOUND);
      const far = Buffer.alloc(2 * limits.gossipSyncBytesMax);
      await rejects(one.streams.exchange(other.address, far, timeoutMs), status.RESOURCE_EXHAUSTED);
    });

    it('does not take a reply that is larger than any view', async (t) => {
      const { one, other } = await startPair(t, secrets, {
        exchange: () => Buffer.alloc(2 * limits.gossipSyncBytesMax),
      });
      const asked = one.streams.exchange(other.address, request, timeoutMs);
      await rejects(asked, status.RESOURCE_EXHAUSTED);
    });

    it('is refused where gossip has no reply', async (t) => {
      const { one, other } = await startPair(t, secrets, { exchange: () => null });
      await rejects(one.streams.exchange(other.address, request, timeoutMs), status.NOT_FOUND);
    });

    it('fails where gossip throws, and the server goes on', async (t) => {
      let throws = true;
      const { one, other } = await startPair(t, secrets, {
        exchange: (data) => {
          if (throws) throw new Error('a fault');
          return data;
        },
      });
      await rejects(one.streams.exchange(other.address, request, timeoutMs), status.INTERNAL);
      throws = false;
      await one.streams.exchange(other.address, request, timeoutMs);
    });

    it('ends at its deadline where the other side takes the connection and says nothing', async (t) => {
      const { address } = await silentServer(t);
      const node = new TestNode(0, secrets);
      await rejects(node.streams.exchange(address, request, 200), status.DEADLINE_EXCEEDED);
    });

    it('leaves no connection behind, whether it was answered or not', async (t) => {
      const { address, sockets } = await silentServer(t);
      const node = new TestNode(0, secrets);
      const asked = node.streams.exchange(address, request, 300);
      const closed = firstClosed(sockets);
      await rejects(asked, status.DEADLINE_EXCEEDED);
      await closed;
    });

    it('fails at once where nobody listens, and works as soon as somebody does', async (t) => {
      const { one, other } = await startPair(t, secrets);
      other.close();
      for (let tries = 0; tries < 8; tries++) {
        await rejects(one.streams.exchange(other.address, request, timeoutMs), status.UNAVAILABLE);
      }
      await other.serve();
      await one.streams.exchange(other.address, request, timeoutMs);
    });
  });
}

async function rejects(asked: Promise<unknown>, code: status): Promise<void> {
  await assert.rejects(asked, (error: { code?: status }) => {
    assert.equal(error.code, code, String(error));
    return true;
  });
}

/** Resolves when the one connection that is to come has been closed by the other side. */
async function firstClosed(sockets: Set<Socket>): Promise<void> {
  while (sockets.size === 0) await new Promise((resolve) => setImmediate(resolve));
  for (const socket of sockets) await once(socket, 'close');
}
