import { strict as assert } from 'node:assert';
import { it } from 'node:test';
import type { SandboxDriver } from '../../../src/agent/index.js';
import { answerOf, callOf, type ErrorAnswer, nodeSandbox } from '../fixture.js';

const deadline = { timeout: 30_000 };
const streaming = `
exports.handler = awslambda.streamifyResponse(async (event, stream) => {
  stream.setContentType('text/plain');
  for (let piece = 0; piece < event.pieces; piece++) {
    if (!stream.write('x'.repeat(event.bytes))) await new Promise((resolve) => stream.once('drain', resolve));
  }
  if (event.fail) throw new Error('in the middle');
  stream.end();
});`;

export function streamingConformance(driver: SandboxDriver): void {
  it('streams answers, no further ahead than they are taken', deadline, async (t) => {
    const sandbox = await nodeSandbox(t, driver, streaming);
    const pieces = 100;
    const bytes = 50_000;
    let got = 0;
    let contentType = '';
    let give: (bytes: number) => void = () => undefined;
    const stream = {
      begin: (type: string, taken: (bytes: number) => void) => {
        contentType = type;
        give = taken;
      },
      write: (chunk: Uint8Array) => {
        got += chunk.length;
        setImmediate(() => give(chunk.length));
      },
    };
    const result = await sandbox.invoke(callOf({ pieces, bytes }, { stream }));
    assert.deepEqual([result.functionError, result.streamed], [false, true]);
    assert.deepEqual([got, contentType], [pieces * bytes, 'text/plain']);
    const gathered = await sandbox.invoke(callOf({ pieces: 3, bytes: 2 }));
    assert.equal(Buffer.from(gathered.payload).toString(), 'xxxxxx');
  });

  it('breaks a streamed answer off where the function fails', deadline, async (t) => {
    const sandbox = await nodeSandbox(t, driver, streaming);
    const result = await sandbox.invoke(callOf({ pieces: 1, bytes: 10, fail: true }));
    assert.equal(result.functionError, true);
    assert.equal((answerOf(result) as ErrorAnswer).errorMessage, 'in the middle');
    assert.equal(sandbox.alive, true);
  });
}
