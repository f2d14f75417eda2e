import { strict as assert } from 'node:assert';
import { it } from 'node:test';
import type { SandboxDriver } from '../../../src/agent/index.js';
import { answerOf, callOf, type ErrorAnswer, ended, nodeSandbox } from '../fixture.js';

const deadline = { timeout: 30_000 };

/** A function that speaks for its runtime: it finds the socket and writes frames of its own. */
const forging = `
const socket = process._getActiveHandles().find((handle) => handle.listenerCount?.('connect') > 0 && handle.write);
const frame = (type, stream, text) => {
  const head = Buffer.alloc(9);
  head.writeUInt32BE(text.length, 0); head.writeUInt8(type, 4); head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, Buffer.from(text)]);
};
const forgeries = {
  garbage: () => socket.write('GET / HTTP/1.1\\r\\nhost: localhost\\r\\n\\r\\n'),
  oversized: () => socket.write(Buffer.from('7fffffff0600000001', 'hex')),
  'forged stream': () => socket.write(frame(6, 99, '"forged"')),
  'forged log': () => socket.write(frame(8, 99, 'forged')),
  'second hello': () => socket.write(frame(1, 0, '{}')),
  'second ready': () => socket.write(frame(3, 0, '')),
  'late init error': () => socket.write(frame(4, 0, '{}')),
  'unknown type': () => socket.write(frame(77, 0, '')),
};
exports.handler = (what) => {
  if (what === 'twice') { setTimeout(() => socket.write(frame(6, 1, '"again"')), 1); return Promise.resolve(1); }
  if (what === 'close') socket.destroy(); else forgeries[what]();
  return new Promise(() => {});
};
exports.names = Object.keys(forgeries);`;

const breaches = [
  'garbage',
  'oversized',
  'forged stream',
  'forged log',
  'second hello',
  'second ready',
  'late init error',
  'unknown type',
];

export function breachConformance(driver: SandboxDriver): void {
  for (const breach of breaches) {
    it(`ends a sandbox for a breach of the protocol: ${breach}`, deadline, async (t) => {
      const sandbox = await nodeSandbox(t, driver, forging);
      const gone = ended(sandbox);
      const result = await sandbox.invoke(callOf(breach));
      const { errorType, errorMessage } = answerOf(result) as ErrorAnswer;
      assert.equal(errorType, 'Sandbox.Failure');
      assert.match(errorMessage, /^RequestId: .* Error: The sandbox broke its protocol: /);
      assert.equal(result.functionError, true);
      await gone;
    });
  }

  it('ends a sandbox that answers twice, without harm to the first answer', deadline, async (t) => {
    const sandbox = await nodeSandbox(t, driver, forging);
    const gone = ended(sandbox);
    assert.equal(answerOf(await sandbox.invoke(callOf('twice'))), 1);
    await gone;
    assert.equal(sandbox.alive, false);
  });

  it('ends a sandbox that closes its connection', deadline, async (t) => {
    const sandbox = await nodeSandbox(t, driver, forging);
    const { errorType } = answerOf(await sandbox.invoke(callOf('close'))) as ErrorAnswer;
    assert.equal(errorType, 'Runtime.ExitError');
    assert.equal(sandbox.alive, false);
  });
}
